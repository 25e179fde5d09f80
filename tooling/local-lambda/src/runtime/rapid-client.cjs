'use strict';
// Replaces `rapid-client.node`, the compiled part of AWS's runtime client, with the same three functions over plain HTTP.
const { Agent, request } = require('node:http');
const end = require('./end.cjs');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const polling = new Agent({ keepAlive: true, maxSockets: 1 });
const posting = new Agent({ keepAlive: true });
const underWay = new Set();

/** Asks for the next event. It first waits for all posts, because the original posts synchronously. */
async function next() {
  await Promise.all(underWay);
  const { status, headers, body } = await send(polling, 'GET', 'next');
  if (status !== 200) throw new Error(`Failed to get next invocation, error ${status}`);
  return { bodyJson: body, headers: pick(headers) };
}

function done(requestId, response) {
  check(requestId, response);
  post(`${requestId}/response`, response);
}

function error(requestId, response, xray) {
  check(requestId, response, xray);
  post(`${requestId}/error`, response);
}

// The runtime client relies on this check: it turns a result that `JSON.stringify` makes `undefined` into an error.
function check(...texts) {
  if (!texts.every((text) => typeof text === 'string')) throw new TypeError('Wrong arguments');
}

function post(path, body) {
  const sent = send(posting, 'POST', path, body);
  underWay.add(sent);
  sent.then(() => underWay.delete(sent));
}

// A lost connection means that the Runtime API is gone. AWS's client would only exit and leave the function's child processes running.
function send(agent, method, path, body) {
  return new Promise((resolve) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, method, headers, path: `/2018-06-01/runtime/invocation/${path}` };
    const sending = request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', end);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    sending.on('error', end);
    sending.end(body);
  });
}

/** Returns the headers that the original returns: these four always, the others only if they are not empty. */
function pick(headers) {
  const read = (name) => headers[`lambda-runtime-${name}`] ?? '';
  const optional = ['client-context', 'cognito-identity', 'aws-tenant-id'].filter((name) => read(name) !== '');
  return {
    'lambda-runtime-deadline-ms': Number(read('deadline-ms')),
    ...Object.fromEntries(['aws-request-id', 'trace-id', 'invoked-function-arn', ...optional].map((name) => [`lambda-runtime-${name}`, read(name)])),
  };
}

module.exports = { next, done, error };

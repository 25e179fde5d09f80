import type { ClientRequest, IncomingMessage } from 'node:http';
import { cancellable } from '@suga/gateway/deadline';

/** Loaded if a response is compressed, although the request does not ask for that. */
const unpackModule = (): typeof import('./unpack.js') => require('./unpack.js');

/** Maximum size of a response, compressed or not. It is far more than the keys of any issuer need. */
const MAX_BYTES = 256 * 1024;

/**
 * Fetches JSON in one request: it follows no redirect, keeps no connection open, and ends with the time limit or the signal. It uses
 * `node:https`, which loads in 6 ms; `fetch` takes 22 ms.
 */
export async function fetchJson(url: URL, timeout: number, signal: AbortSignal): Promise<unknown> {
  const { get } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  const toError = (reason: string): Error =>
    new Error(reason === 'timeout' ? `There was no complete response within ${timeout} ms.` : 'Every invocation that waited for the response has ended.');
  let request: ClientRequest | undefined;
  const send = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      // `agent: false`: a connection kept alive would be dead after the process was frozen.
      const sent = get(url, { agent: false, headers: { accept: 'application/jwk-set+json, application/json', 'accept-encoding': 'identity' } }, (response) => {
        readJson(response).then(resolve, reject);
      });
      // The listener also handles errors that occur after the promise has settled.
      request = sent.on('error', reject);
    });
  try {
    return await cancellable({ ms: timeout, signal, toError }, send);
  } finally {
    request?.destroy();
  }
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  if (response.statusCode !== 200) throw new Error(`The response has status ${response.statusCode}.`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`The response has more than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const coding = response.headers['content-encoding'];
  const body = coding === undefined ? Buffer.concat(chunks) : await unpackModule().unpack(Buffer.concat(chunks), coding, MAX_BYTES);
  // `TextDecoder` removes a byte order mark.
  return JSON.parse(new TextDecoder().decode(body)) as unknown;
}

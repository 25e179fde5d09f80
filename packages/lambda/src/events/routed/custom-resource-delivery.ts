import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { awsEndpoint } from '../../config.js';
import { LambdaError } from '../../errors.js';
import type { CustomResourceResponse } from './custom-resource-response.js';

/** Host of CloudFormation's bucket in one region. It covers all forms of S3 URLs and all partitions of AWS. */
const bucketHost =
  /^cloudformation-custom-resource-response-([a-z0-9]+)\.s3(?:[.-](?:dualstack\.)?([a-z]{2,}(?:-[a-z]+)+-\d+))?\.(?:amazonaws\.(?:com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov)$/;

/** Placeholder that CDK's provider framework sends instead of the URL, because it responds to CloudFormation itself. */
const CDK_URL = '...';

/**
 * Returns the URL to which the response is sent, or `undefined` if CDK's provider framework responds.
 *
 * Only CloudFormation's own buckets are allowed. Otherwise a caller who may invoke the function could make it send data anywhere, or
 * make requests inside its network.
 * @throws LambdaError `BadRecord`
 */
export function parseResponseUrl({ ResponseURL: text }: CloudFormationCustomResourceEvent): URL | undefined {
  if (text === CDK_URL) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (isBucket(url) || isEmulator(url))) return url;
  const place = url ? `${url.protocol}//${url.host}` : 'no URL';
  throw new LambdaError('BadRecord', `The ResponseURL of a custom resource points to ${place}, which is not a bucket of CloudFormation. No response was sent.`);
}

function isBucket({ protocol, hostname, port, username, password }: URL): boolean {
  const [match, bucketRegion, region = 'us-east-1'] = bucketHost.exec(hostname) ?? [];
  // The name of the bucket contains the region without its hyphens. A bucket with another name could belong to any account.
  return match !== undefined && bucketRegion === region.replaceAll('-', '') && protocol === 'https:' && port === '' && username === '' && password === '';
}

/** Whether a URL belongs to the emulator of AWS that the operator has configured. */
function isEmulator({ protocol, hostname, port }: URL): boolean {
  const text = awsEndpoint();
  if (!text || !URL.canParse(text)) return false;
  const endpoint = new URL(text);
  return protocol === endpoint.protocol && port === endpoint.port && (hostname === endpoint.hostname || hostname.endsWith(`.${endpoint.hostname}`));
}

/** Time limit of one attempt in ms. */
const ATTEMPT = 5_000;
/** Time limit of all attempts in ms, if there is no deadline. */
const ALL = 30_000;

/**
 * Sends the response. Tries again if the network or S3 fails.
 * @param deadline time at which Lambda stops the function, in ms since the epoch
 * @throws LambdaError `NotAnswered` if all attempts fail. Lambda then invokes the function again.
 */
export async function putResponse(url: URL, response: CustomResourceResponse, deadline: number = Date.now() + ALL): Promise<void> {
  const body = JSON.stringify(response);
  for (let attempt = 0; ; attempt++) {
    const problem = await put(url, body, Math.max(1, Math.min(ATTEMPT, deadline - Date.now()))).then(problemWith, (error: unknown) => ({
      error,
      isFinal: false,
    }));
    if (!problem) return;
    const pause = Math.min(100 * 2 ** attempt, 2_000);
    if (problem.isFinal || Date.now() + pause >= deadline) {
      const message = `The response for ${response.LogicalResourceId} did not reach CloudFormation in ${attempt + 1} attempts: it waits until its own timeout.`;
      throw new LambdaError('NotAnswered', message, { cause: problem.error });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

interface Problem {
  readonly error: unknown;
  /** Whether another attempt would fail as well. */
  readonly isFinal: boolean;
}

function problemWith(status: number): Problem | undefined {
  if (status >= 200 && status < 300) return undefined;
  return { error: new Error(`S3 responded with status ${status}.`), isFinal: status < 500 && status !== 408 && status !== 429 };
}

/** Sends one request on its own connection. Redirects are not followed. The content type is empty, because the URL is signed for that. */
function put(url: URL, body: string, timeout: number): Promise<number> {
  const { request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<number>((resolve, reject) => {
    const sent = request(url, { method: 'PUT', agent: false, headers }, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    timer = setTimeout(() => sent.destroy(new Error(`S3 did not respond within ${timeout} ms.`)), timeout);
    sent.on('error', reject).end(body);
  });
  return answered.finally(() => clearTimeout(timer));
}

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { awsEndpoint } from '../../config.js';
import { LambdaError } from '../../errors.js';
import type { CustomResourceResponse } from './custom-resource-response.js';

/** The bucket of CloudFormation in one region, as the host of a URL of S3, in every partition of AWS. */
const bucketHost =
  /^cloudformation-custom-resource-response-([a-z0-9]+)\.s3(?:[.-](?:dualstack\.)?([a-z]{2,}(?:-[a-z]+)+-\d+))?\.(?:amazonaws\.(?:com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov)$/;

/** CDK's provider framework puts this in place of the URL: it answers CloudFormation by itself. */
const CDK_URL = '...';

/**
 * The URL that takes the answer; undefined if CDK's provider framework answers.
 *
 * Only CloudFormation's own buckets are allowed. A caller who may invoke the function could otherwise have it send data anywhere, or
 * make requests inside its network.
 * @throws LambdaError `BadRecord`
 */
export function parseResponseUrl({ ResponseURL: text }: CloudFormationCustomResourceEvent): URL | undefined {
  if (text === CDK_URL) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (isBucket(url) || isEmulator(url))) return url;
  const place = url ? `${url.protocol}//${url.host}` : 'no URL';
  throw new LambdaError('BadRecord', `The ResponseURL of a custom resource leads to ${place}, which is not a bucket of CloudFormation: nothing is sent to it.`);
}

function isBucket({ protocol, hostname, port, username, password }: URL): boolean {
  const [match, bucketRegion, region = 'us-east-1'] = bucketHost.exec(hostname) ?? [];
  // The bucket's name has the region without its hyphens. Another bucket could belong to any account.
  return match !== undefined && bucketRegion === region.replaceAll('-', '') && protocol === 'https:' && port === '' && username === '' && password === '';
}

/** An emulator of AWS is where the operator says that AWS is. */
function isEmulator({ protocol, hostname, port }: URL): boolean {
  const text = awsEndpoint();
  if (!text || !URL.canParse(text)) return false;
  const endpoint = new URL(text);
  return protocol === endpoint.protocol && port === endpoint.port && (hostname === endpoint.hostname || hostname.endsWith(`.${endpoint.hostname}`));
}

/** Ms for one attempt, and for all of them if no deadline is known. */
const ATTEMPT = 5_000;
const ALL = 30_000;

/**
 * Sends the answer, more than once if the network or S3 fails.
 * @param deadline The timeout of the function, in ms since the epoch.
 * @throws LambdaError `NotAnswered`: Lambda then invokes the function again
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
      const message = `CloudFormation did not get the answer for ${response.LogicalResourceId} after ${attempt + 1} attempts: it waits until its own timeout.`;
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
  return { error: new Error(`S3 answered with status ${status}.`), isFinal: status < 500 && status !== 408 && status !== 429 };
}

/** One request on a connection of its own. Redirects are not followed. The URL is signed for an empty content type. */
function put(url: URL, body: string, timeout: number): Promise<number> {
  const { request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  let timer: NodeJS.Timeout | undefined;
  const answered = new Promise<number>((resolve, reject) => {
    const sent = request(url, { method: 'PUT', agent: false, headers }, (response) => {
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    timer = setTimeout(() => sent.destroy(new Error(`S3 did not answer within ${timeout} ms.`)), timeout);
    sent.on('error', reject).end(body);
  });
  return answered.finally(() => clearTimeout(timer));
}

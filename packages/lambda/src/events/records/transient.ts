import { causesOf } from '../../out-of-time.js';

/** Names of throttling and transient errors in AWS's clients, and in S3. @see https://www.npmjs.com/package/@smithy/service-error-classification */
const names =
  /Throttl|^(?:SlowDown|InternalError|ServiceUnavailable(?:Exception)?|BandwidthLimitExceeded|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|RequestLimitExceeded|TooManyRequests(?:Exception)?|TransactionInProgressException|RequestTimeout(?:Exception)?|TimeoutError)$/;
/** Codes of Node for connections that failed, and codes of suga's interfaces for transient failures. */
const codes =
  /^(?:E(?:CONNRESET|CONNREFUSED|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|UND_ERR_(?:SOCKET|\w*TIMEOUT)|Throttled|Blocked|CircuitOpen|Unavailable|KeysUnavailable|NetworkError|Timeout|DeadlineExceeded)$/;
const statuses: ReadonlySet<unknown> = new Set([429, 500, 502, 503, 504]);

interface Reported {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly details?: { readonly status?: unknown };
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** Whether the same work may succeed later. This is so if the error or one of its causes is about load, time, or a failed service or connection. */
export function isTransient(error: unknown): boolean {
  for (const cause of causesOf(error)) {
    const { name, code, status, details, $retryable, $metadata } = cause as Reported;
    if ($retryable !== undefined || names.test(String(name)) || codes.test(String(code))) return true;
    if ([status, details?.status, $metadata?.httpStatusCode].some((each) => statuses.has(each))) return true;
  }
  return false;
}

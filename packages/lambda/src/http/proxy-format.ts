import { isPlainObject } from '../kinds.js';

/** A response in Lambda's proxy format, in which a function without a library answers API Gateway, function URLs and load balancers. */
export interface ProxyResult {
  readonly statusCode: number;
  /** Ignored: it is made from the status. */
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string | number | boolean | null | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[] | null | undefined>> | null;
  readonly cookies?: readonly string[] | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

const keys: ReadonlySet<string> = new Set(['statusCode', 'statusDescription', 'headers', 'multiValueHeaders', 'cookies', 'body', 'isBase64Encoded']);

/** Whether a value is a proxy result: a plain object with a numeric `statusCode`, and with no key that the format does not have. */
export const isProxyResult = (value: unknown): value is ProxyResult =>
  isPlainObject(value) && typeof value['statusCode'] === 'number' && Object.keys(value).every((key) => keys.has(key));

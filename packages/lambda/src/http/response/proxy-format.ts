import { isStream } from '../../body/stream.js';
import { isJsonObject, isPlainObject, type JsonObject } from '../../json/json-object.js';

/** A response in Lambda's proxy format. Functions without a library return it to API Gateway, function URLs and load balancers. */
export interface ProxyResult {
  readonly statusCode: number;
  /** Ignored: the description is derived from the status. */
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string | number | boolean | null | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[] | null | undefined>> | null;
  readonly cookies?: readonly string[] | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

const keys: ReadonlySet<string> = new Set(['statusCode', 'statusDescription', 'headers', 'multiValueHeaders', 'cookies', 'body', 'isBase64Encoded']);

/** Keys that data with a `statusCode` of its own rarely has. */
const marks = ['body', 'headers', 'multiValueHeaders', 'isBase64Encoded'] as const;

/** Returns the first key that is not part of the format. */
export const foreignKey = (value: JsonObject): string | undefined => Object.keys(value).find((key) => !keys.has(key) && value[key] !== undefined);

/**
 * Whether a value is meant as a response in the proxy format: an object with a numeric `statusCode` that has a `body` or headers, or that has
 * no other keys than the format. If it has a body or headers and another key as well, its conversion fails.
 */
export const isProxyResult = (value: unknown): value is ProxyResult =>
  isJsonObject(value) &&
  typeof value['statusCode'] === 'number' &&
  !isStream(value) &&
  (marks.some((key) => value[key] !== undefined) || (isPlainObject(value) && foreignKey(value) === undefined));

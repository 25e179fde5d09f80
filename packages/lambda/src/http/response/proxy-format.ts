import { isStream } from '../../body/stream.js';
import { isJsonObject, isPlainObject, type JsonObject } from '../../json/json-object.js';

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

/** Keys that a row of data beside its `statusCode` seldom has. */
const marks = ['body', 'headers', 'multiValueHeaders', 'isBase64Encoded'] as const;

/** The first key that the format does not have. */
export const foreignKey = (value: JsonObject): string | undefined => Object.keys(value).find((key) => !keys.has(key) && value[key] !== undefined);

/**
 * Whether a value is meant as a proxy result: an object with a numeric `statusCode`, and with a `body` or headers or with no key
 * that the format does not have. What is meant so and has such a key is refused where it is converted.
 */
export const isProxyResult = (value: unknown): value is ProxyResult =>
  isJsonObject(value) &&
  typeof value['statusCode'] === 'number' &&
  !isStream(value) &&
  (marks.some((key) => value[key] !== undefined) || (isPlainObject(value) && foreignKey(value) === undefined));

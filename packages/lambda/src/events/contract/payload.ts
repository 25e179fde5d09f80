/** Data of a record, decoded when one of the methods is called. */
export interface Payload {
  bytes(): Uint8Array;
  text(): string;
  /** Parses the data as JSON and leaves out every key `__proto__`. @throws SyntaxError for data that is not JSON */
  json<T = unknown>(): T;
}

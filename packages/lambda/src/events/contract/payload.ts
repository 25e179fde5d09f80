/** Data of a producer, in the form that is asked for. */
export interface Payload {
  bytes(): Uint8Array;
  text(): string;
  /** Parsed, without any `__proto__`; throws for what is not JSON. */
  json<T = unknown>(): T;
}

/** Body of a response, before it is put into the form of a source. */
export type Body = string | Uint8Array | AsyncIterable<unknown> | undefined;

/** The part of a response that describes its body. */
export interface BodyOwner {
  readonly headers: Record<string, string | readonly string[]>;
  /** Whether it is a `Response` of `fetch`, which has decompressed the body. */
  readonly fetched: boolean;
}

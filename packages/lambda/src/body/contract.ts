/** What an answer's body can be before it is put into a source's shape. */
export type Body = string | Uint8Array | AsyncIterable<unknown> | undefined;

/** As much of an answer as tells about its body. */
export interface BodyOwner {
  readonly headers: Record<string, string | readonly string[]>;
  /** Whether it is a `Response` of `fetch`, which has unpacked the body. */
  readonly fetched: boolean;
}

/** The requested value, as errors describe it. */
export interface Subject {
  /** `parameter`, `secret` … */
  readonly kind: string;
  readonly name: string;
  readonly service: string;
  /** The permission that a read needs; `resource` says on what. */
  readonly permission: string;
  readonly resource: string;
}

/** The content that a store returned for a name. */
export interface Content {
  readonly value: string | Uint8Array | Readonly<Record<string, string>>;
  /** Time in ms before which the store does not want to be asked again. */
  readonly ttl?: number;
  /** The token for the next request, which continues this one. */
  readonly token?: string | undefined;
  /** Single values that came with it, by their cache keys. */
  readonly parts?: ReadonlyMap<string, string>;
}

/** A remote store that can be asked for several names at once. */
export interface RemoteStore {
  /** Maximum number of names per request. */
  limit: number;
  subject(name: string): Subject;
  /** Returns contents, or errors of single names, by name. A name that is not in the map does not exist. */
  fetch(
    names: readonly string[],
    context: { readonly signal: AbortSignal; previous(name: string): Content | undefined },
  ): Promise<Map<string, Content | Error>>;
}

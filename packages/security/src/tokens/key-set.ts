import { importMember } from './key-import.js';
import type { Key, TokenKey } from './key-purpose.js';

/** Members of a token's header that identify its key. */
export interface KeyHeader {
  readonly alg?: string;
  readonly kid?: unknown;
}

/** Finds the keys that a token may have been signed with. There are several if its header does not identify one. */
export type FindKeys = (header: KeyHeader) => Promise<readonly Key[]>;

/** A JSON Web Key Set. Members that are not keys for signatures are skipped (RFC 7517, 5). A key is imported when a token first needs it. */
export class KeySet {
  readonly #members: readonly unknown[];
  readonly #imported = new Map<unknown, TokenKey | undefined>();

  /** @throws TypeError unless the value is a key set */
  constructor(jwks: unknown) {
    const { keys } = (jwks ?? {}) as { readonly keys?: unknown };
    if (!Array.isArray(keys)) throw new TypeError('A JSON Web Key Set has an array of keys.');
    this.#members = [...keys];
  }

  find({ alg, kid }: KeyHeader): readonly Key[] {
    return this.#members.flatMap((member) => {
      if (kid !== undefined && kid !== (member as { readonly kid?: unknown } | null)?.kid) return [];
      const imported = this.#import(member);
      return imported?.algorithms.some((each) => each === alg) ? [imported.key] : [];
    });
  }

  #import(member: unknown): TokenKey | undefined {
    if (!this.#imported.has(member)) this.#imported.set(member, importMember(member));
    return this.#imported.get(member);
  }
}

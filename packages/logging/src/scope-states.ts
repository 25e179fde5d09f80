import type { Host, Scope } from '@suga/gateway';
import type { Buffering } from './config.js';
import { type Fields, together, without } from './fields.js';

/** A line that may be written later. */
export interface Kept {
  readonly rank: number;
  readonly line: string;
  readonly size: number;
  readonly of: Request;
}

/** The lines of one invocation that are written only if something goes wrong, oldest first. Its parts share them, and the room. */
interface LineBuffer {
  lines: Kept[];
  bytes: number;
  /** Lines there was no room for. */
  dropped: number;
}

/** State of one scope or, outside of any, of the environment. */
export class Request {
  /** The scope around it. */
  readonly parent: Request | undefined;
  readonly buffer: LineBuffer;
  /** Whether it is counted among those that live. */
  isLive = false;
  /** When operations began that have not ended, in ms since the epoch. */
  readonly open: { readonly name: string; readonly at: number }[] = [];
  #keys: Fields | undefined;

  constructor(parent?: Request) {
    this.parent = parent;
    this.buffer = parent?.buffer ?? { lines: [], bytes: 0, dropped: 0 };
  }

  /** Its own fields; as long as it has set none, those of the scope around it. */
  get keys(): Fields {
    return this.#keys ?? this.parent?.keys ?? {};
  }

  set keys(keys: Fields) {
    this.#keys = keys;
  }
}

/** The request state of every scope. */
export class Requests {
  /** Lines kept, and lines dropped, over all. */
  buffered = 0;
  dropped = 0;
  /** Invocations that have something here and have not ended. */
  live = 0;
  readonly outside: Request = new Request();
  readonly #all = new WeakMap<Scope, Request>();
  readonly #host: Host;

  constructor(keys: Fields, host: Host) {
    this.append(this.outside, keys);
    this.#host = host;
  }

  /** The fields of a scope: those of the nearest one around it that has set some. */
  keysOf(scope: Scope | undefined): Fields | undefined {
    for (let at = scope; at; at = parentOf(at)) {
      const found = this.#all.get(at);
      if (found) return found.keys;
    }
    return undefined;
  }

  /** The running scope's, or the environment's. */
  here(): Request {
    const scope = this.#host.scope();
    return scope ? this.of(scope) : this.outside;
  }

  /** A scope's state, made when it is first asked for. */
  of(scope: Scope): Request {
    let found = this.#all.get(scope);
    if (found) return found;
    const parent = parentOf(scope);
    found = new Request(parent && this.of(parent));
    this.#all.set(scope, found);
    if (parent || this.#host.hasEnded(scope)) return found;
    found.isLive = true;
    this.live++;
    return found;
  }

  append(to: Request, keys: Fields): void {
    to.keys = together(to.keys, keys);
  }

  remove(from: Request, names: readonly string[]): void {
    from.keys = without(from.keys, names);
  }

  keep(scope: Scope, { rank, line }: Pick<Kept, 'rank' | 'line'>, { maxBytes }: Buffering): void {
    // Nothing forgets what comes after the end.
    if (this.#host.hasEnded(scope)) return;
    const of = this.of(scope);
    const { buffer } = of;
    const size = Buffer.byteLength(line);
    buffer.lines.push({ rank, line, size, of });
    buffer.bytes += size;
    this.buffered++;
    while (buffer.bytes > maxBytes) {
      buffer.bytes -= buffer.lines.shift()?.size ?? 0;
      buffer.dropped++;
      this.dropped++;
      this.buffered--;
    }
  }

  /** Takes out what is kept: for an invocation all of it, for a part what is its own and what the scopes around it have kept. */
  take(of: Request): { readonly lines: readonly Kept[]; readonly dropped: number } {
    const { buffer } = of;
    const { dropped } = buffer;
    buffer.dropped = 0;
    const lines = this.#remove(buffer, ({ of: owner }) => of.parent === undefined || isWithin(of, owner));
    return { lines, dropped };
  }

  /** A scope is over: its lines will not be asked for any more. */
  end(scope: Scope): void {
    const over = this.#all.get(scope);
    if (!over) return;
    if (over.parent) this.#remove(over.buffer, ({ of }) => of === over);
    else this.take(over);
    if (over.isLive) this.live--;
    over.isLive = false;
  }

  #remove(buffer: LineBuffer, isGone: (kept: Kept) => boolean): readonly Kept[] {
    const gone: Kept[] = [];
    const left: Kept[] = [];
    for (const kept of buffer.lines) (isGone(kept) ? gone : left).push(kept);
    buffer.lines = left;
    for (const { size } of gone) buffer.bytes -= size;
    this.buffered -= gone.length;
    return gone;
  }
}

const parentOf = (scope: Scope): Scope | undefined => ('parent' in scope ? scope.parent : undefined);

/** Whether a scope's request is that one, or is inside of it. */
function isWithin(inner: Request, outer: Request): boolean {
  for (let at: Request | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}

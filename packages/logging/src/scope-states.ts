import type { Host, Scope } from '@suga/gateway';
import type { BufferSettings } from './config.js';
import { type Fields, mergeFields, omitFields } from './fields.js';

/** A line that may be written later. */
export interface BufferedLine {
  readonly rank: number;
  readonly line: string;
  readonly size: number;
  readonly owner: ScopeState;
}

/** The lines of one invocation that are written only if something goes wrong, oldest first. Its parts share them, and the room. */
interface LineBuffer {
  lines: BufferedLine[];
  bytes: number;
  /** Lines there was no room for. */
  dropped: number;
}

/** State of one scope or, outside of any, of the environment. */
export class ScopeState {
  /** The scope around it. */
  readonly parent: ScopeState | undefined;
  readonly buffer: LineBuffer;
  /** Whether it is counted among those that live. */
  isLive = false;
  /** When operations began that have not ended, in ms since the epoch. */
  readonly operations: { readonly name: string; readonly at: number }[] = [];
  #keys: Fields | undefined;

  constructor(parent?: ScopeState) {
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

/** The state of every scope. */
export class ScopeStates {
  /** Lines buffered, and lines dropped, over all. */
  buffered = 0;
  dropped = 0;
  /** Invocations that have something here and have not ended. */
  live = 0;
  readonly global: ScopeState = new ScopeState();
  readonly #states = new WeakMap<Scope, ScopeState>();
  readonly #host: Host;

  constructor(keys: Fields, host: Host) {
    this.append(this.global, keys);
    this.#host = host;
  }

  /** The fields of a scope: those of the nearest one around it that has set some. */
  keysOf(scope: Scope | undefined): Fields | undefined {
    for (let at = scope; at; at = outerScope(at)) {
      const found = this.#states.get(at);
      if (found) return found.keys;
    }
    return undefined;
  }

  /** The running scope's, or the environment's. */
  current(): ScopeState {
    const scope = this.#host.scope();
    return scope ? this.get(scope) : this.global;
  }

  /** A scope's state, made when it is first asked for. */
  get(scope: Scope): ScopeState {
    let found = this.#states.get(scope);
    if (found) return found;
    const parent = outerScope(scope);
    found = new ScopeState(parent && this.get(parent));
    this.#states.set(scope, found);
    if (parent || this.#host.hasEnded(scope)) return found;
    found.isLive = true;
    this.live++;
    return found;
  }

  append(to: ScopeState, keys: Fields): void {
    to.keys = mergeFields(to.keys, keys);
  }

  remove(from: ScopeState, names: readonly string[]): void {
    from.keys = omitFields(from.keys, names);
  }

  buffer(scope: Scope, { rank, line }: Pick<BufferedLine, 'rank' | 'line'>, { maxBytes }: BufferSettings): void {
    // Nothing forgets what comes after the end.
    if (this.#host.hasEnded(scope)) return;
    const owner = this.get(scope);
    const { buffer } = owner;
    const size = Buffer.byteLength(line);
    buffer.lines.push({ rank, line, size, owner });
    buffer.bytes += size;
    this.buffered++;
    while (buffer.bytes > maxBytes) {
      buffer.bytes -= buffer.lines.shift()?.size ?? 0;
      buffer.dropped++;
      this.dropped++;
      this.buffered--;
    }
  }

  /** Removes and returns what is buffered: for an invocation all of it, for a part what is its own and what the scopes around it have buffered. */
  drain(state: ScopeState): { readonly lines: readonly BufferedLine[]; readonly dropped: number } {
    const { buffer } = state;
    const { dropped } = buffer;
    buffer.dropped = 0;
    const lines = this.#removeLines(buffer, ({ owner }) => state.parent === undefined || isWithin(state, owner));
    return { lines, dropped };
  }

  /** A scope is over: its lines will not be asked for any more. */
  end(scope: Scope): void {
    const ended = this.#states.get(scope);
    if (!ended) return;
    if (ended.parent) this.#removeLines(ended.buffer, ({ owner }) => owner === ended);
    else this.drain(ended);
    if (ended.isLive) this.live--;
    ended.isLive = false;
  }

  #removeLines(buffer: LineBuffer, isRemoved: (line: BufferedLine) => boolean): readonly BufferedLine[] {
    const removed: BufferedLine[] = [];
    const remaining: BufferedLine[] = [];
    for (const line of buffer.lines) (isRemoved(line) ? removed : remaining).push(line);
    buffer.lines = remaining;
    for (const { size } of removed) buffer.bytes -= size;
    this.buffered -= removed.length;
    return removed;
  }
}

const outerScope = (scope: Scope): Scope | undefined => ('parent' in scope ? scope.parent : undefined);

/** Whether a scope's state is that one, or is inside of it. */
function isWithin(inner: ScopeState, outer: ScopeState): boolean {
  for (let at: ScopeState | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}

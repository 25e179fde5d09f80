import type { Host, Scope } from '@suga/gateway';
import type { BufferSettings } from './config.js';
import { type Fields, mergeFields, omitFields } from './fields.js';

/** A finished line that may be written later; `size` in bytes. */
export interface BufferedLine {
  readonly rank: number;
  readonly line: string;
  readonly size: number;
  readonly owner: ScopeState;
}

/** The buffered lines of one invocation, oldest first. The scopes inside of the invocation share the buffer and its maximum size. */
interface LineBuffer {
  lines: BufferedLine[];
  bytes: number;
  /** Lines that were dropped since the last `drain`, because the buffer was full. */
  dropped: number;
}

/** State of one scope (an invocation, or a part of one such as a record of a batch) or of the execution environment. */
export class ScopeState {
  /** State of the enclosing scope. */
  readonly parent: ScopeState | undefined;
  readonly buffer: LineBuffer;
  /** Whether the scope is counted in `ScopeStates.live`. */
  isLive = false;
  /** Operations that have not ended, with their start in ms since the epoch. */
  readonly operations: { readonly name: string; readonly at: number }[] = [];
  #keys: Fields | undefined;

  constructor(parent?: ScopeState) {
    this.parent = parent;
    this.buffer = parent?.buffer ?? { lines: [], bytes: 0, dropped: 0 };
  }

  /** Fields of the scope. As long as it has not changed any, they are those of the enclosing scope. */
  get keys(): Fields {
    return this.#keys ?? this.parent?.keys ?? {};
  }

  set keys(keys: Fields) {
    this.#keys = keys;
  }
}

/** The states of all scopes. */
export class ScopeStates {
  /** Number of buffered lines in all scopes. */
  buffered = 0;
  /** Number of lines that were dropped in all scopes. */
  dropped = 0;
  /** Number of invocations that have a state and have not ended. */
  live = 0;
  readonly global: ScopeState = new ScopeState();
  readonly #states = new WeakMap<Scope, ScopeState>();
  readonly #host: Host;

  constructor(keys: Fields, host: Host) {
    this.append(this.global, keys);
    this.#host = host;
  }

  /** Returns the fields of a scope, from its own state or the nearest enclosing state; `undefined` if there is none. */
  keysOf(scope: Scope | undefined): Fields | undefined {
    for (let at = scope; at; at = outerScope(at)) {
      const found = this.#states.get(at);
      if (found) return found.keys;
    }
    return undefined;
  }

  /** Returns the state of the running scope, or of the execution environment. */
  current(): ScopeState {
    const scope = this.#host.scope();
    return scope ? this.get(scope) : this.global;
  }

  /** Returns the state of a scope, which is created on first use. */
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
    // A line that comes after the end would never be removed.
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

  /** Removes and returns buffered lines: all of them for an invocation; for a scope inside of it, its own and those of its enclosing scopes. */
  drain(state: ScopeState): { readonly lines: readonly BufferedLine[]; readonly dropped: number } {
    const { buffer } = state;
    const { dropped } = buffer;
    buffer.dropped = 0;
    const lines = this.#removeLines(buffer, ({ owner }) => state.parent === undefined || isWithin(state, owner));
    return { lines, dropped };
  }

  /** Ends a scope and discards its buffered lines. */
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

/** Whether `inner` is the same state as `outer`, or belongs to a scope inside of it. */
function isWithin(inner: ScopeState, outer: ScopeState): boolean {
  for (let at: ScopeState | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}

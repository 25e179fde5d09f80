import type { Invocation } from '@suga/gateway';
import type { Buffering } from './config.js';
import { type Fields, together, without } from './fields.js';

/** A line that may be written later. */
export interface Kept {
  readonly rank: number;
  readonly line: string;
  readonly size: number;
}

/** What belongs to one invocation, or, outside of any, to the environment. */
export interface Request {
  keys: Fields;
  /** Lines that are written only if something goes wrong, oldest first. */
  lines: Kept[];
  bytes: number;
  /** Lines there was no room for. */
  dropped: number;
  ended: boolean;
  /** When operations began that have not ended, in ms since the epoch. */
  readonly open: { readonly name: string; readonly at: number }[];
}

/** Who knows what belongs to which invocation. */
export class Requests {
  /** Lines kept, and lines dropped, over all. */
  buffered = 0;
  dropped = 0;
  /** Invocations that have something here and have not ended. */
  live = 0;
  readonly outside: Request;
  readonly #all = new WeakMap<Invocation, Request>();
  readonly #running: () => Invocation | undefined;

  constructor(keys: Fields, running: () => Invocation | undefined) {
    this.outside = request(keys);
    this.#running = running;
  }

  /** What belongs to the invocation, if anything does yet. */
  known(invocation: Invocation | undefined): Request | undefined {
    return invocation && this.#all.get(invocation);
  }

  /** The running invocation's, or the environment's. */
  here(): Request {
    const invocation = this.#running();
    return invocation ? this.of(invocation) : this.outside;
  }

  of(invocation: Invocation): Request {
    let found = this.#all.get(invocation);
    if (found) return found;
    found = request({});
    this.#all.set(invocation, found);
    this.live++;
    return found;
  }

  append(to: Request, keys: Fields): void {
    to.keys = together(to.keys, keys);
  }

  remove(from: Request, names: readonly string[]): void {
    from.keys = without(from.keys, names);
  }

  keep(invocation: Invocation, { rank, line }: Omit<Kept, 'size'>, { maxBytes }: Buffering): void {
    const kept = this.of(invocation);
    // Nobody will ask any more for what comes after the end.
    if (kept.ended) return;
    const size = Buffer.byteLength(line);
    kept.lines.push({ rank, line, size });
    kept.bytes += size;
    this.buffered++;
    while (kept.bytes > maxBytes) {
      kept.bytes -= kept.lines.shift()?.size ?? 0;
      kept.dropped++;
      this.dropped++;
      this.buffered--;
    }
  }

  /** Takes out what is kept. */
  take(kept: Request): { readonly lines: readonly Kept[]; readonly dropped: number } {
    const { lines, dropped } = kept;
    this.buffered -= lines.length;
    kept.lines = [];
    kept.bytes = 0;
    kept.dropped = 0;
    return { lines, dropped };
  }

  end(invocation: Invocation): void {
    const ended = this.of(invocation);
    this.take(ended);
    if (!ended.ended) this.live--;
    ended.ended = true;
  }
}

const request = (keys: Fields): Request => ({ keys, lines: [], bytes: 0, dropped: 0, ended: false, open: [] });

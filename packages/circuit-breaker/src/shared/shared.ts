import type { Host } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { inTime, Joint } from '@suga/gateway/joint';
import type { Circuit } from '../circuit.js';
import type { CircuitBreakerErrorCode, CircuitState, SharedOptions, SharedStats } from '../contract.js';
import { Pending } from './pending.js';
import { Items, type News, type Seen } from './seen.js';
import { assertShared } from './shared-settings.js';
import { type Row, Table } from './table.js';
import { problemOf } from './trouble.js';

/** What became of telling others: they know, one of them was ahead and has been followed, or the table gave no answer. */
export type Outcome = 'written' | 'lost' | 'unavailable';

const PAUSE = 1000;

type Adopted = (circuit: Circuit, from: CircuitState) => void;

/** Makes what a circuit breaker tells other environments and learns from them. */
export function createShared(options: SharedOptions, host: Host, adopted: Adopted): Shared {
  return new Shared(options, host, adopted);
}

export class Shared {
  readonly pending: Pending;
  #reads = 0;
  #writes = 0;
  #lost = 0;
  #failures = 0;
  #problem: string | undefined;
  /** The error that the problem was read from. */
  #cause: unknown;
  #failedInRow = 0;
  #pausedUntil = 0;
  readonly #told = new Set<string>();
  readonly #seen = new Items();
  readonly #options: SharedOptions;
  readonly #host: Host;
  readonly #adopted: Adopted;
  readonly #table: Table;
  readonly #cacheMs: number;

  constructor(options: SharedOptions, host: Host, adopted: Adopted) {
    assertShared(options);
    this.pending = new Pending(host.invocation);
    this.#options = options;
    this.#host = host;
    this.#adopted = adopted;
    this.#table = new Table(options);
    this.#cacheMs = options.cacheMs ?? 5000;
  }

  /** Looks what others say, if that was last done `maxAge` ms ago and the table is not failing; never fails. */
  refresh(circuit: Circuit, maxAge: number = this.#cacheMs): Promise<unknown> | undefined {
    const { checkedAt, reading } = this.#seen.of(circuit);
    if (reading) return this.read(circuit);
    const now = Date.now();
    return Math.abs(now - checkedAt) < maxAge || now < this.#pausedUntil ? undefined : this.read(circuit);
  }

  /** Looks what others say; one look at a time for each circuit. Says whether there was an answer in the time the invocation has left. */
  read(circuit: Circuit): Promise<boolean> {
    const seen = this.#seen.of(circuit);
    if (!seen.reading || seen.reading.isGivenUp) {
      const reading = new Joint((signal) =>
        this.#read(circuit, seen, signal).finally(() => {
          if (seen.reading === reading) seen.reading = undefined;
        }),
      );
      seen.reading = reading;
    }
    return seen.reading.wait(this.#host.invocation()?.deadline, () => false);
  }

  /** Writes where a circuit stands, if nobody was ahead. Who insists goes ahead of others. The deadline ends the wait, not the write. */
  publish(circuit: Circuit, insist: boolean): Promise<Outcome> {
    const seen = this.#seen.of(circuit);
    const news = { standing: circuit.standing(), epoch: circuit.epoch, insist };
    seen.writes++;
    const writing = seen.writing.then(() => this.#write(circuit, seen, news));
    seen.writing = writing;
    return inTime(writing, this.#host.invocation()?.deadline, () => 'unavailable');
  }

  /** What to say to somebody whose change could not be told. */
  untold(name: string): Error {
    const message = `circuitBreaker: this environment knows of the change of ${JSON.stringify(name)}, the others do not: ${this.#problem ?? 'the invocation had no time left to tell them.'}`;
    const cause = this.#problem === undefined ? {} : { cause: this.#cause };
    return new SugaError<CircuitBreakerErrorCode>('SharedStateUnavailable', message, { ...cause, details: { name } });
  }

  stats(): SharedStats {
    return { reads: this.#reads, writes: this.#writes, lost: this.#lost, failures: this.#failures, problem: this.#problem };
  }

  close(): void {
    this.#table.close();
  }

  async #read(circuit: Circuit, seen: Seen, signal: AbortSignal): Promise<boolean> {
    const { writes } = seen;
    try {
      await seen.writing;
      if (signal.aborted) return false;
      this.#reads++;
      const row = await this.#table.get(circuit.name, signal);
      if (writes === seen.writes) this.#follow(circuit, seen, row);
      return true;
    } catch (error) {
      this.#failed(error, 'dynamodb:GetItem');
      return false;
    }
  }

  async #write(circuit: Circuit, seen: Seen, news: News): Promise<Outcome> {
    if (news.epoch < seen.followed) return 'lost';
    try {
      // A second try is for what this environment wrote and was not told of; who insists meets others, and each of them once.
      for (let tries = news.insist ? 5 : 2; ; tries--) {
        const other = await this.#table.put(circuit.name, news.standing, seen.version);
        if (!other) return this.#written(seen);
        const isGoingOn = tries > 1 && (news.insist || this.#table.isOwn(other));
        if (!isGoingOn) {
          this.#lost++;
          this.#follow(circuit, seen, other);
          return 'lost';
        }
        seen.version = other.version;
      }
    } catch (error) {
      this.#failed(error, 'dynamodb:PutItem');
      return 'unavailable';
    }
  }

  #written(seen: Seen): Outcome {
    this.#writes++;
    seen.version++;
    this.#works(seen);
    return 'written';
  }

  #follow(circuit: Circuit, seen: Seen, row: Row): void {
    this.#works(seen);
    if (row.version === seen.version) return;
    seen.version = row.version;
    const from = circuit.adopt(row, Date.now());
    seen.followed = circuit.epoch;
    this.#adopted(circuit, from);
  }

  #works(seen: Seen): void {
    seen.checkedAt = Date.now();
    this.#failedInRow = 0;
    this.#pausedUntil = 0;
    this.#problem = this.#cause = undefined;
  }

  /** Reading pauses for a second, then two, four …, at most for `cacheMs`; till then the environment decides alone. */
  #failed(error: unknown, permission: string): void {
    this.#failures++;
    this.#pausedUntil = Date.now() + Math.max(PAUSE, Math.min(this.#cacheMs, PAUSE * 2 ** this.#failedInRow++));
    this.#cause = error;
    this.#problem = problemOf(error, { table: this.#options.table, permission });
    if (this.#told.has(this.#problem)) return;
    this.#told.add(this.#problem);
    const message = `circuitBreaker: ${this.#problem} Each environment goes by its own failures until then.`;
    process.emitWarning(new SugaError<CircuitBreakerErrorCode>('SharedStateUnavailable', message, { cause: error }));
  }
}

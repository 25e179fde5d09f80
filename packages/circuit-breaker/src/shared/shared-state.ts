import type { Host } from '@suga/gateway';
import { withDeadline } from '@suga/gateway/deadline';
import { SugaError } from '@suga/gateway/errors';
import { SingleFlight } from '@suga/gateway/single-flight';
import type { Circuit } from '../circuit.js';
import type { CircuitBreakerErrorCode, CircuitState, SharedOptions, SharedStats } from '../contract.js';
import { type CircuitItem, CircuitItems, type StateUpdate } from './circuit-items.js';
import { CircuitTable, type Row } from './circuit-table.js';
import { ResponseHold } from './response-hold.js';
import { assertShared } from './shared-settings.js';
import { toProblem } from './table-errors.js';

/** Result of sharing a change: written; lost to another environment, whose state was adopted; or the table is unavailable. */
export type PublishOutcome = 'written' | 'lost' | 'unavailable';

const PAUSE = 1000;

type OnAdopted = (circuit: Circuit, from: CircuitState) => void;

/** Creates the state that a circuit breaker shares with other environments. */
export function createSharedState(options: SharedOptions, host: Host, onAdopted: OnAdopted): SharedState {
  return new SharedState(options, host, onAdopted);
}

/** Reads and writes the circuits' items, and adopts the states of other environments. */
export class SharedState {
  readonly response: ResponseHold;
  #reads = 0;
  #writes = 0;
  #lost = 0;
  #failures = 0;
  #problem: string | undefined;
  /** The error that caused the problem. */
  #cause: unknown;
  #failedInRow = 0;
  #pausedUntil = 0;
  readonly #warned = new Set<string>();
  readonly #items = new CircuitItems();
  readonly #options: SharedOptions;
  readonly #host: Host;
  readonly #onAdopted: OnAdopted;
  readonly #table: CircuitTable;
  readonly #cacheMs: number;

  constructor(options: SharedOptions, host: Host, onAdopted: OnAdopted) {
    assertShared(options);
    this.response = new ResponseHold(host.invocation);
    this.#options = options;
    this.#host = host;
    this.#onAdopted = onAdopted;
    this.#table = new CircuitTable(options);
    this.#cacheMs = options.cacheMs ?? 5000;
  }

  /** Reads the circuit's item if the last read is at least `maxAge` ms old and the table is not failing. Never rejects. */
  refresh(circuit: Circuit, maxAge: number = this.#cacheMs): Promise<unknown> | undefined {
    const { checkedAt, reading } = this.#items.of(circuit);
    if (reading) return this.read(circuit);
    const now = Date.now();
    return Math.abs(now - checkedAt) < maxAge || now < this.#pausedUntil ? undefined : this.read(circuit);
  }

  /** Reads the circuit's item; overlapping calls share one read. Resolves with whether there was a response in the invocation's remaining time. */
  read(circuit: Circuit): Promise<boolean> {
    const item = this.#items.of(circuit);
    if (!item.reading || item.reading.isCancelled) {
      const reading = new SingleFlight((signal) =>
        this.#read(circuit, item, signal).finally(() => {
          if (item.reading === reading) item.reading = undefined;
        }),
      );
      item.reading = reading;
    }
    return item.reading.wait(this.#host.invocation()?.deadline, () => false);
  }

  /** Writes a circuit's state, unless another environment wrote first. The deadline ends the wait, not the write. @param insist Overwrites other states */
  publish(circuit: Circuit, insist: boolean): Promise<PublishOutcome> {
    const item = this.#items.of(circuit);
    const update = { snapshot: circuit.snapshot(), epoch: circuit.epoch, insist };
    item.writes++;
    const writing = item.writing.then(() => this.#write(circuit, item, update));
    item.writing = writing;
    return withDeadline(writing, this.#host.invocation()?.deadline, () => 'unavailable');
  }

  /** Creates the error for a requested change that could not be shared. */
  publishError(name: string): Error {
    const message = `circuitBreaker: the change of ${JSON.stringify(name)} took effect in this environment only: ${this.#problem ?? 'the invocation had no time left to share it.'}`;
    const cause = this.#problem === undefined ? {} : { cause: this.#cause };
    return new SugaError<CircuitBreakerErrorCode>('SharedStateUnavailable', message, { ...cause, details: { name } });
  }

  stats(): SharedStats {
    return { reads: this.#reads, writes: this.#writes, lost: this.#lost, failures: this.#failures, problem: this.#problem };
  }

  close(): void {
    this.#table.close();
  }

  async #read(circuit: Circuit, item: CircuitItem, signal: AbortSignal): Promise<boolean> {
    const { writes } = item;
    try {
      await item.writing;
      if (signal.aborted) return false;
      this.#reads++;
      const row = await this.#table.get(circuit.name, signal);
      if (writes === item.writes) this.#follow(circuit, item, row);
      return true;
    } catch (error) {
      this.#failed(error, 'dynamodb:GetItem');
      return false;
    }
  }

  async #write(circuit: Circuit, item: CircuitItem, update: StateUpdate): Promise<PublishOutcome> {
    if (update.epoch < item.followed) return 'lost';
    try {
      // A second attempt follows if this environment wrote the item itself and lost the response. With `insist`, other environments may
      // have written, too, so there are more attempts.
      for (let tries = update.insist ? 5 : 2; ; tries--) {
        const other = await this.#table.put(circuit.name, update.snapshot, item.version);
        if (!other) return this.#written(item);
        const isGoingOn = tries > 1 && (update.insist || this.#table.isOwn(other));
        if (!isGoingOn) {
          this.#lost++;
          this.#follow(circuit, item, other);
          return 'lost';
        }
        item.version = other.version;
      }
    } catch (error) {
      this.#failed(error, 'dynamodb:PutItem');
      return 'unavailable';
    }
  }

  #written(item: CircuitItem): PublishOutcome {
    this.#writes++;
    item.version++;
    this.#works(item);
    return 'written';
  }

  #follow(circuit: Circuit, item: CircuitItem, row: Row): void {
    this.#works(item);
    if (row.version === item.version) return;
    item.version = row.version;
    const from = circuit.adopt(row, Date.now());
    item.followed = circuit.epoch;
    this.#onAdopted(circuit, from);
  }

  #works(item: CircuitItem): void {
    item.checkedAt = Date.now();
    this.#failedInRow = 0;
    this.#pausedUntil = 0;
    this.#problem = this.#cause = undefined;
  }

  /** Pauses reads for one second, then two, four …, at most for `cacheMs`. Meanwhile the environment decides alone. */
  #failed(error: unknown, permission: string): void {
    this.#failures++;
    this.#pausedUntil = Date.now() + Math.max(PAUSE, Math.min(this.#cacheMs, PAUSE * 2 ** this.#failedInRow++));
    this.#cause = error;
    this.#problem = toProblem(error, { table: this.#options.table, permission });
    if (this.#warned.has(this.#problem)) return;
    this.#warned.add(this.#problem);
    const message = `circuitBreaker: ${this.#problem} Until then, each environment uses its own counts.`;
    process.emitWarning(new SugaError<CircuitBreakerErrorCode>('SharedStateUnavailable', message, { cause: error }));
  }
}

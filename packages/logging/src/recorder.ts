import type { Host, Scope } from '@suga/gateway';
import { assertObject } from '@suga/gateway/check';
import { writeLine } from '@suga/gateway/output';
import { type BufferSettings, LEVELS, resolveSettings, toLevel, toRank } from './config.js';
import type { Bindings, LoggingOptions, LoggingStats, LogLevel } from './contract.js';
import { invocationFields, mergeFields, toFields, toRecord, toText } from './fields.js';
import { readProperty } from './json.js';
import { toJsonLine } from './json-line.js';
import { type Redaction, redaction } from './redact.js';
import { samplePoint } from './sampling.js';
import { type ScopeState, ScopeStates } from './scope-states.js';

const WARN = toRank('warn');
const ERROR = toRank('error');
const LEVEL_TITLES = LEVELS.map((level) => level.toUpperCase());
const HIDDEN_WARNING =
  'AWS_LAMBDA_LOG_LEVEL is stricter than the settings of this log (level, sampling or buffer), so some lines are not written. Lower the log level of the function to see them.';

/** A record that is to be logged. */
export interface LogEntry {
  readonly rank: number;
  readonly message: unknown;
  readonly extra?: unknown;
  readonly bindings?: Bindings | undefined;
}

/** Decides whether a record is written, buffered in case of an error, or ignored. */
export class Recorder {
  readonly scopes: ScopeStates;
  /** Rank of the least serious level that is written. */
  threshold: number;
  readonly #initialThreshold: number;
  readonly #platform: number;
  readonly #service: string;
  readonly #sampleRate: number;
  readonly #buffering: BufferSettings | undefined;
  readonly #redaction: Redaction;
  readonly #indent: number;
  readonly #host: Host;
  readonly #write: (line: string) => void;
  readonly #lines: number[] = LEVELS.map(() => 0);
  #lost = 0;

  constructor(options: LoggingOptions, host: Host) {
    const { threshold, platform, hidden, service, sampleRate, buffering, indent } = resolveSettings(options);
    this.threshold = this.#initialThreshold = threshold;
    this.#platform = platform;
    this.#service = service;
    this.#sampleRate = sampleRate;
    this.#buffering = buffering;
    this.#redaction = redaction(options.redact);
    this.#indent = indent;
    this.#host = host;
    this.#write = options.write ?? writeLine;
    const { keys = {} } = options;
    assertObject('logging', 'keys', keys);
    this.scopes = new ScopeStates(toFields(keys), host);
    if (hidden) this.#warn(HIDDEN_WARNING);
  }

  /** Rank below which no record is written or buffered, except records of a child with its own level. */
  get minRank(): number {
    return this.#sampleRate > 0 || this.#buffering ? this.#platform : this.threshold;
  }

  setThreshold(rank: number): void {
    this.threshold = Math.max(rank, this.#platform);
  }

  /** Logs a record. It never throws, because a log must not break the work that it reports. */
  record(entry: LogEntry): void {
    try {
      const { rank, bindings } = entry;
      const scope = this.#host.scope();
      const written = this.#isWritten(rank, bindings);
      if (!written && !this.#isBuffered(rank, scope)) return;
      const line = this.#toLine(entry, scope);
      if (!written) {
        this.scopes.buffer(scope as Scope, { rank, line }, this.#buffering as BufferSettings);
        return;
      }
      if (scope && rank >= ERROR && this.#buffering?.flushOnError) this.flush(this.scopes.get(scope));
      this.#writeLine(rank, line);
    } catch {
      this.#lost++;
    }
  }

  /** Whether a record of that level would be written or buffered. */
  isEnabled(rank: number, bindings?: Bindings): boolean {
    return this.#isWritten(rank, bindings) || this.#isBuffered(rank, this.#host.scope());
  }

  flush(state: ScopeState): void {
    const { lines, dropped } = this.scopes.drain(state);
    if (dropped > 0) {
      const note = `${dropped} older lines were dropped, because the buffer was full: raise "buffer.maxBytes" to keep them.`;
      this.#warn(note);
    }
    for (const { rank, line } of lines) this.#writeLine(rank, line);
  }

  stats(): LoggingStats {
    const lines = Object.fromEntries(LEVELS.map((level, rank) => [level, this.#lines[rank] ?? 0])) as Record<LogLevel, number>;
    return { lines, lost: this.#lost, buffered: this.scopes.buffered, dropped: this.scopes.dropped };
  }

  /** Whether `setLevel` has changed the level. */
  isLevelSet = (): boolean => this.threshold !== this.#initialThreshold;

  #isWritten(rank: number, bindings: Bindings | undefined): boolean {
    const level = bindings && toLevel(readProperty(bindings, 'level'));
    if (rank >= (level ? Math.max(toRank(level), this.#platform) : this.threshold)) return true;
    if (this.#sampleRate === 0 || rank < this.#platform) return false;
    const invocation = this.#host.invocation();
    return invocation !== undefined && samplePoint(invocation.id) < this.#sampleRate;
  }

  #isBuffered(rank: number, scope: Scope | undefined): boolean {
    return this.#buffering !== undefined && scope !== undefined && rank <= this.#buffering.rank && rank >= this.#platform;
  }

  #toLine({ rank, message, extra, bindings }: LogEntry, scope: Scope | undefined): string {
    const standard = {
      level: LEVEL_TITLES[rank],
      message: toText(message),
      timestamp: new Date().toISOString(),
      service: this.#service,
      ...invocationFields(this.#host.invocation()),
      ...(this.#sampleRate > 0 && { sampling_rate: this.#sampleRate }),
    };
    const globalKeys = this.scopes.global.keys;
    const scopeKeys = this.scopes.keysOf(scope);
    const keys = scopeKeys ? mergeFields(globalKeys, scopeKeys) : globalKeys;
    const boundKeys = bindings ? mergeFields(keys, toFields(readProperty(bindings, 'keys'))) : keys;
    return toJsonLine(toRecord(standard, mergeFields(boundKeys, toFields(extra))), this.#redaction, this.#indent);
  }

  /** Writes a warning about the log itself. */
  #warn(message: string): void {
    this.#writeLine(WARN, this.#toLine({ rank: WARN, message }, this.#host.scope()));
  }

  #writeLine(rank: number, line: string): void {
    try {
      this.#write(line);
      this.#lines[rank] = (this.#lines[rank] ?? 0) + 1;
    } catch {
      this.#lost++;
    }
  }
}

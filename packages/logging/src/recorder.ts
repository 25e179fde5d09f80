import type { Host, Scope } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import { writeLine } from '@suga/gateway/output';
import { assertObject, type Buffering, LEVELS, rankOf, settings, toLevel } from './config.js';
import type { Bindings, LoggingOptions, LoggingStats, LogLevel } from './contract.js';
import { fieldsOf, invocationFields, merge, textOf, together } from './fields.js';
import { read } from './json.js';
import { toLine } from './json-line.js';
import { type Redaction, redaction } from './redact.js';
import { share } from './sampling.js';
import { type Request, Requests } from './scope-states.js';

const WARN = rankOf('warn');
const ERROR = rankOf('error');
const TITLES = LEVELS.map((level) => level.toUpperCase());
const HIDDEN =
  'AWS_LAMBDA_LOG_LEVEL is stricter than what this log was asked for (level, sampling or buffer): what it hides is not written. Set the log level of the function lower to see it.';

/** What is to be told. */
export interface Entry {
  readonly rank: number;
  readonly message: unknown;
  readonly extra?: unknown;
  readonly bindings?: Bindings | undefined;
}

/** Decides what becomes of a record: written, kept in case of an error, or nothing. */
export class Recorder {
  readonly requests: Requests;
  /** Rank of the least serious level that is written. */
  threshold: number;
  readonly #asked: number;
  readonly #platform: number;
  readonly #service: string;
  readonly #sampleRate: number;
  readonly #buffering: Buffering | undefined;
  readonly #redaction: Redaction;
  readonly #indent: number;
  readonly #host: Host;
  readonly #write: (line: string) => void;
  readonly #lines: number[] = LEVELS.map(() => 0);
  #lost = 0;

  constructor(options: LoggingOptions, host: Host) {
    const { threshold, platform, hidden, service, sampleRate, buffering, indent } = settings(options);
    this.threshold = this.#asked = threshold;
    this.#platform = platform;
    this.#service = service;
    this.#sampleRate = sampleRate;
    this.#buffering = buffering;
    this.#redaction = redaction(options.redact);
    this.#indent = indent;
    this.#host = host;
    this.#write = options.write ?? writeLine;
    const { keys = {} } = options;
    assertObject('keys', keys);
    if (Array.isArray(keys)) throw invalidParam('logging', 'keys', keys, 'an object of fields, no list');
    this.requests = new Requests(fieldsOf(keys), host);
    if (hidden) this.#note(HIDDEN);
  }

  /** Below it, no record can be of interest to anybody but a child. */
  get floor(): number {
    return this.#sampleRate > 0 || this.#buffering ? this.#platform : this.threshold;
  }

  setThreshold(rank: number): void {
    this.threshold = Math.max(rank, this.#platform);
  }

  /** Never throws: a log must not break the work it tells about. */
  record(entry: Entry): void {
    try {
      const { rank, bindings } = entry;
      const scope = this.#host.scope();
      const written = this.#isWritten(rank, bindings);
      if (!written && !this.#isKept(rank, scope)) return;
      const line = this.#line(entry, scope);
      if (!written) {
        this.requests.keep(scope as Scope, { rank, line }, this.#buffering as Buffering);
        return;
      }
      if (scope && rank >= ERROR && this.#buffering?.flushOnError) this.flush(this.requests.of(scope));
      this.#put(rank, line);
    } catch {
      this.#lost++;
    }
  }

  /** Whether a record of that level would be written or kept. */
  takes(rank: number, bindings?: Bindings): boolean {
    return this.#isWritten(rank, bindings) || this.#isKept(rank, this.#host.scope());
  }

  flush(kept: Request): void {
    const { lines, dropped } = this.requests.take(kept);
    if (dropped > 0) {
      const note = `${dropped} older lines found no room in the buffer: raise "buffer.maxBytes" to see them.`;
      this.#note(note);
    }
    for (const { rank, line } of lines) this.#put(rank, line);
  }

  stats(): LoggingStats {
    const lines = Object.fromEntries(LEVELS.map((level, rank) => [level, this.#lines[rank] ?? 0])) as Record<LogLevel, number>;
    return { lines, lost: this.#lost, buffered: this.requests.buffered, dropped: this.requests.dropped };
  }

  /** Whether the level is another than at first. */
  isSet = (): boolean => this.threshold !== this.#asked;

  #isWritten(rank: number, bindings: Bindings | undefined): boolean {
    const own = bindings && toLevel(read(bindings, 'level'));
    if (rank >= (own ? Math.max(rankOf(own), this.#platform) : this.threshold)) return true;
    if (this.#sampleRate === 0 || rank < this.#platform) return false;
    const invocation = this.#host.invocation();
    return invocation !== undefined && share(invocation.id) < this.#sampleRate;
  }

  #isKept(rank: number, scope: Scope | undefined): boolean {
    return this.#buffering !== undefined && scope !== undefined && rank <= this.#buffering.rank && rank >= this.#platform;
  }

  #line({ rank, message, extra, bindings }: Entry, scope: Scope | undefined): string {
    const standard = {
      level: TITLES[rank],
      message: textOf(message),
      timestamp: new Date().toISOString(),
      service: this.#service,
      ...invocationFields(this.#host.invocation()),
      ...(this.#sampleRate > 0 && { sampling_rate: this.#sampleRate }),
    };
    const own = this.requests.keysOf(scope);
    const shared = this.requests.outside.keys;
    const always = own ? together(shared, own) : shared;
    const bound = bindings ? together(always, fieldsOf(read(bindings, 'keys'))) : always;
    return toLine(merge(standard, together(bound, fieldsOf(extra))), this.#redaction, this.#indent);
  }

  /** Says something about the log itself. */
  #note(message: string): void {
    this.#put(WARN, this.#line({ rank: WARN, message }, this.#host.scope()));
  }

  #put(rank: number, line: string): void {
    try {
      this.#write(line);
      this.#lines[rank] = (this.#lines[rank] ?? 0) + 1;
    } catch {
      this.#lost++;
    }
  }
}

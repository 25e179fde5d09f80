import type { Host } from '@suga/gateway';
import { boundedCopy, toBoundedText } from '../bounded-copy.js';
import type { LogEntry, LogFilter } from '../log-contract.js';
import { parseInteger, parseOptions } from '../validation.js';
import { toErrorChain } from './error-chain.js';

interface Kept {
  readonly entry: LogEntry;
  readonly bytes: number;
}

/** Maximum number of characters of a message. */
const MESSAGE = 2_000;

const CUT = '[cut]';

/** A log of messages and errors with a maximum number of entries and bytes. The newest entries replace the oldest. */
export class MessageLog {
  readonly #limits: { readonly entries: number; readonly bytes: number };
  readonly #host: Host;
  readonly #kept: Kept[] = [];
  #bytes = 0;

  constructor(limits: { readonly entries: number; readonly bytes: number }, host: Host) {
    this.#limits = limits;
    this.#host = host;
  }

  get size(): number {
    return this.#kept.length;
  }

  add(message: unknown, data: unknown): void {
    this.#keep({ message: toBoundedText(message, MESSAGE), ...(data !== undefined && { data: boundedCopy(data) }) });
  }

  addError(error: unknown, context: unknown): LogEntry {
    const errors = toErrorChain(error);
    return this.#keep({ message: errors[0]?.message ?? '', ...(context !== undefined && { data: boundedCopy(context) }), errors });
  }

  list(filter?: LogFilter): readonly LogEntry[] {
    const { text, since = Number.NEGATIVE_INFINITY, invocation, errors, limit = 1e6 } = parseOptions(filter, 'filter') as LogFilter;
    parseInteger('limit', limit, [1, 1e6]);
    const fits = (entry: LogEntry): boolean =>
      entry.at >= since &&
      (text === undefined || entry.message.includes(String(text))) &&
      (invocation === undefined || entry.invocation === invocation) &&
      (errors === undefined || (entry.errors !== undefined) === errors);
    return this.#kept.flatMap(({ entry }) => (fits(entry) ? [entry] : [])).slice(-limit);
  }

  clear(): number {
    this.#bytes = 0;
    return this.#kept.splice(0).length;
  }

  /** Adds an entry. One that alone exceeds the limit is added without its data, or else not at all. */
  #keep(told: Omit<LogEntry, 'at' | 'invocation'>): LogEntry {
    const id = this.#host.invocation()?.id;
    const entry: LogEntry = { at: Date.now(), ...told, ...(id !== undefined && { invocation: id }) };
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (bytes <= this.#limits.bytes) this.#push({ entry, bytes });
    else if (told.data !== undefined && told.data !== CUT) return this.#keep({ ...told, data: CUT });
    return entry;
  }

  #push(one: Kept): void {
    this.#kept.push(one);
    this.#bytes += one.bytes;
    while (this.#kept.length > this.#limits.entries || this.#bytes > this.#limits.bytes) this.#bytes -= this.#kept.shift()?.bytes ?? 0;
  }
}

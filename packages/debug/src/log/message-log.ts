import type { Host } from '@suga/gateway';
import { boundedCopy, toBoundedText } from '../bounded-copy.js';
import type { LogEntry, LogFilter } from '../log-contract.js';
import { parseInteger, parseOptions } from '../validation.js';
import { toErrorChain } from './error-chain.js';

interface StoredEntry {
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
  readonly #entries: StoredEntry[] = [];
  #bytes = 0;

  constructor(limits: { readonly entries: number; readonly bytes: number }, host: Host) {
    this.#limits = limits;
    this.#host = host;
  }

  get size(): number {
    return this.#entries.length;
  }

  add(message: unknown, data: unknown): void {
    this.#add({ message: toBoundedText(message, MESSAGE), ...(data !== undefined && { data: boundedCopy(data) }) });
  }

  addError(error: unknown, context: unknown): LogEntry {
    const errors = toErrorChain(error);
    return this.#add({ message: errors[0]?.message ?? '', ...(context !== undefined && { data: boundedCopy(context) }), errors });
  }

  list(filter?: LogFilter): readonly LogEntry[] {
    const { text, since = Number.NEGATIVE_INFINITY, invocation, errors, limit = 1e6 } = parseOptions(filter, 'filter') as LogFilter;
    parseInteger('limit', limit, [1, 1e6]);
    const fits = (entry: LogEntry): boolean =>
      entry.at >= since &&
      (text === undefined || entry.message.includes(String(text))) &&
      (invocation === undefined || entry.invocation === invocation) &&
      (errors === undefined || (entry.errors !== undefined) === errors);
    return this.#entries.flatMap(({ entry }) => (fits(entry) ? [entry] : [])).slice(-limit);
  }

  clear(): number {
    this.#bytes = 0;
    return this.#entries.splice(0).length;
  }

  /** Adds an entry. One that alone exceeds the limit is added without its data, or else not at all. */
  #add(content: Omit<LogEntry, 'at' | 'invocation'>): LogEntry {
    const id = this.#host.invocation()?.id;
    const entry: LogEntry = { at: Date.now(), ...content, ...(id !== undefined && { invocation: id }) };
    const bytes = Buffer.byteLength(JSON.stringify(entry));
    if (bytes <= this.#limits.bytes) this.#push({ entry, bytes });
    else if (content.data !== undefined && content.data !== CUT) return this.#add({ ...content, data: CUT });
    return entry;
  }

  #push(stored: StoredEntry): void {
    this.#entries.push(stored);
    this.#bytes += stored.bytes;
    while (this.#entries.length > this.#limits.entries || this.#bytes > this.#limits.bytes) this.#bytes -= this.#entries.shift()?.bytes ?? 0;
  }
}

import type { Amount } from '../contract.js';
import type { AlreadyUsed, GrantRequest, GrantResult, Ledger, Month, MonthSettings } from './contract.js';
import { minus, plus, refusal, start } from './month-balance.js';
import { type Records, recordKey } from './records.js';

/** The ledger and the records in memory: for one environment alone, for tests and for the simulator. Every call does its work at once. */
export function memoryTable(): { ledger(scope: string): Ledger; records(scope: string): Records } {
  const ledgers = new Map<string, Ledger>();
  const records = new Map<string, Records>();
  return {
    ledger: (scope) => kept(ledgers, scope, () => new MemoryLedger()),
    records: (scope) => kept(records, scope, memoryRecords),
  };
}

function kept<T>(all: Map<string, T>, scope: string, make: () => T): T {
  const found = all.get(scope) ?? make();
  all.set(scope, found);
  return found;
}

/** A month is an immutable value: a change replaces it, so a caller that has read it sees no later change. */
class MemoryLedger implements Ledger {
  readonly #months = new Map<string, Month>();

  async grant(ask: GrantRequest): Promise<GrantResult> {
    const month = this.#months.get(ask.month);
    if (!month) return { granted: false, reason: 'unknown month' };
    const reason = refusal(month, ask);
    if (reason) return { granted: false, reason, month };
    const taken: Amount = { requests: ask.amount.requests, mbMs: ask.amount.mbMs + ask.init };
    const open = new Map(month.open).set(ask.epoch, plus(month.open.get(ask.epoch), ask.amount));
    return { granted: true, month: this.#set({ ...month, left: minus(month.left, taken), free: minus(month.free, taken), init: month.init + ask.init, open }) };
  }

  async reportInit(name: string, init: number): Promise<void> {
    const month = this.#months.get(name);
    const taken = { requests: 0, mbMs: init };
    if (month) this.#set({ ...month, left: minus(month.left, taken), free: minus(month.free, taken), init: month.init + init });
  }

  async read(month: string): Promise<Month | undefined> {
    return this.#months.get(month);
  }

  async begin(month: string, epoch: number, settings: MonthSettings, already?: AlreadyUsed): Promise<void> {
    if (!this.#months.has(month)) this.#set(start(month, epoch, settings, already));
  }

  async settle(seen: Month, { epoch, total, settled, settings }: Parameters<Ledger['settle']>[1]): Promise<boolean> {
    const month = this.#months.get(seen.month);
    if (month?.epoch !== seen.epoch) return false;
    const { reserve, ...set } = settings;
    const left = minus(settings.cap, total);
    const open = new Map(month.open);
    for (const old of settled) open.delete(old);
    this.#set({
      ...month,
      ...set,
      epoch,
      open,
      left: plus(month.left, minus(left, seen.left)),
      free: plus(month.free, minus(minus(left, reserve), seen.free)),
    });
    return true;
  }

  async mode(name: string, from: readonly Month['mode'][], to: Month['mode']): Promise<boolean> {
    const month = this.#months.get(name);
    if (!month || month.mode === to || !from.includes(month.mode)) return false;
    this.#set({ ...month, mode: to, stoppedAt: 0 });
    return true;
  }

  async stopped(name: string, mode: Month['mode'], at: number): Promise<void> {
    const month = this.#months.get(name);
    if (month?.mode === mode) this.#set({ ...month, stoppedAt: at });
  }

  #set(month: Month): Month {
    this.#months.set(month.month, month);
    return month;
  }
}

function memoryRecords(): Records {
  // Stored as JSON text, so that changing a value after reading it does not change the stored one, as with a table.
  const kept = new Map<string, string>();
  return {
    get: async <T>(key: string) => {
      const text = kept.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    put: async (key, value) => void kept.set(recordKey(key), JSON.stringify(value)),
    add: async (key, value) => {
      if (kept.has(recordKey(key))) return false;
      kept.set(key, JSON.stringify(value));
      return true;
    },
    remove: async (key) => void kept.delete(key),
  };
}

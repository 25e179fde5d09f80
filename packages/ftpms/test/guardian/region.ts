import type { Account, Described, Marked, Rule } from '../../src/aws/contract.js';
import type { Amount } from '../../src/contract.js';
import type { GuardianDeps, GuardianSettings } from '../../src/guardian/deps.js';
import { drill } from '../../src/guardian/drill.js';
import { reconcile } from '../../src/guardian/reconcile.js';
import type { Ledger } from '../../src/ledger/contract.js';
import { memoryTable } from '../../src/ledger/memory-ledger.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GB_SECOND = 1_024_000;

interface Use {
  readonly name: string;
  readonly at: number;
  readonly count: number;
  readonly ms: number;
}

const fault = (name: string): Error => Object.assign(new Error(name), { name });

/** A region whose clock only moves when it is set, and its guardian. */
export class Region {
  now: number;
  readonly functions = new Map<string, Described & { concurrency?: number | undefined }>();
  readonly mappings = new Map<string, { readonly of: string; enabled: boolean }>();
  readonly messages: { readonly subject: string; readonly message: string }[] = [];
  readonly commands: string[] = [];
  readonly marks = new Map<string, Marked>();
  readonly rules = new Map<string, Rule>([['every-minute', { name: 'every-minute', expression: 'rate(1 minute)', isEnabled: true }]]);
  readonly published: Readonly<Record<string, number>>[] = [];
  /** Errors thrown by commands on a function or rule. */
  readonly broken = new Map<string, Error>();
  /** `changing`: time until which a mapping is being changed. `changeMs`: duration of a change, in ms. */
  readonly changing = new Map<string, number>();
  changeMs = 0;
  /** How late metrics can be read, in ms. */
  delay = 0;
  /** Number of calls to CloudWatch. */
  reads = 0;
  aws: (Amount & { plan?: string }) | undefined;
  readonly #used: Use[] = [];
  readonly guard: GuardianDeps;

  constructor(at: string, settings: Partial<GuardianSettings> = {}, table = memoryTable()) {
    this.now = Date.parse(at);
    const functions = new Map([
      ['orders', true],
      ['thumbs', false],
    ]);
    for (const name of functions.keys()) this.functions.set(name, { name, memoryMb: 128, timeoutMs: 10_000, concurrency: 10 });
    this.mappings.set('queue', { of: 'thumbs', enabled: true });
    const limit = { requests: 1_000_000, mbMs: 400_000 * GB_SECOND };
    const thresholds = { warn: 0.75, throttle: 0.85, block: 0.95 };
    const all: GuardianSettings = {
      scope: 'account',
      limit,
      thresholds,
      functions,
      stopLatencyMs: 10_000,
      emergency: 10,
      afterMs: 0,
      self: 'guardian',
      ...settings,
    };
    const [ledger, records] = [table.ledger('account'), table.records('account')];
    this.guard = { account: this.#account(), ledger, records, now: () => this.now, settings: all, pause: async (ms) => this.pass(ms) };
  }

  get ledger(): Ledger {
    return this.guard.ledger;
  }

  pass(ms: number): void {
    this.now += ms;
  }

  /** Adds requests of a function that started at a time. */
  used(name: string, count: number, at = this.now, ms = 10): void {
    this.#used.push({ name, at, count, ms: count * ms });
  }

  reconcile = () => reconcile(this.guard);
  drill = (name: string) => drill(this.guard, name);
  concurrency = (): Record<string, number | undefined> =>
    Object.fromEntries(Array.from(this.functions.values(), ({ name, concurrency }) => [name, concurrency]));

  #account(): Account {
    const command = (name: string, what: string): void => {
      const error = this.broken.get(name);
      if (error) throw error;
      this.commands.push(`${name} ${what}`);
    };
    return {
      functions: async () => Array.from(this.functions.values(), ({ name, memoryMb, timeoutMs }) => ({ name, memoryMb, timeoutMs })),
      concurrency: async (name) => this.functions.get(name)?.concurrency,
      setConcurrency: async (name, concurrency) => {
        command(name, `${concurrency}`);
        const each = this.functions.get(name);
        if (each) each.concurrency = concurrency;
      },
      mark: async (name, had) => void (had ? this.marks.set(name, had) : this.marks.delete(name)),
      rules: async () => [...this.rules.values()],
      setRule: async (rule) => {
        command(rule.name, rule.expression);
        this.rules.set(rule.name, rule);
      },
      marked: async (name) => this.marks.get(name),
      mappings: async (name) => Array.from(this.mappings).flatMap(([id, { of, enabled }]) => (of === name ? [{ id, enabled }] : [])),
      setMapping: async (id, enabled) => {
        const mapping = this.mappings.get(id);
        if (!mapping) throw fault('ResourceNotFoundException');
        if ((this.changing.get(id) ?? 0) > this.now) throw fault('ResourceInUseException');
        command(mapping.of, enabled ? 'on' : 'off');
        mapping.enabled = enabled;
        this.changing.set(id, this.now + this.changeMs);
      },
      sums: async ({ metric, function: name, from, to, periodMs }) => {
        this.reads++;
        const chosen = this.#used.filter((use) => use.at >= from && use.at < Math.min(to, this.now - this.delay) && (name === undefined || use.name === name));
        const groups = Map.groupBy(chosen, ({ at }) => at - (at % periodMs));
        return Array.from(groups, ([at, uses]) => {
          const count = uses.reduce((sum, use) => sum + use.count, 0);
          return { at, count, value: metric === 'Invocations' ? count : uses.reduce((sum, use) => sum + use.ms, 0) };
        });
      },
      publish: async (gauges) => void this.published.push(gauges),
      notify: async (subject, message) => void this.messages.push({ subject, message }),
      freeTier: async () => this.aws,
    };
  }
}

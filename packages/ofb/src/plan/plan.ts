import type { Facts, Fusion } from '@suga/gateway';
import type { FusedOperation } from '../contract.js';

/** How calls of one operation are batched, according to its facts. */
export interface Plan {
  readonly interface: string;
  readonly operation: string;
  readonly batch: string;
  /** Calls with the same group may share a batch. */
  readonly group: string;
  readonly form: Fusion['form'];
  /** Names of the parameters, in the order of the arguments. */
  readonly params: readonly string[];
  /** Index of the argument that holds the call's key; -1 if there is none. */
  readonly keyAt: number;
  readonly effect: 'read' | 'write';
  readonly maxCalls: number;
  readonly maxBytes: number;
  readonly shared: boolean;
  /** Whether a batch that failed as a whole may be sent again in halves. */
  readonly retryInHalves: boolean;
  /** Whether the form was guessed. If the guess proves wrong, the operation is not fused any more. */
  readonly guessed: boolean;
  /** The reason why the operation is not fused any more. */
  reason?: string;
  /** The reason why the operation is not fused with its present binding. */
  bypassReason?: string | undefined;
  /** Whether several callers may share a result. False after a result that cannot be copied. */
  isCopied: boolean;
  readonly counters: Counters;
}

/** Counters of all batches together. */
export interface Totals {
  calls: number;
  batchCalls: number;
  largest: number;
}

export type Counters = { -readonly [Name in 'calls' | 'batched' | 'deduplicated' | 'prefetched' | 'single' | 'retried']: number } & {
  readonly notBatched: { -readonly [Name in keyof FusedOperation['notBatched']]: number };
};

type Table = Readonly<Record<string, Facts>>;

/** Returns the plan for an operation, or the reason why there is none. */
export function toPlan(of: string, operation: string, table: Table): Plan | string {
  const facts = table[operation] as Facts;
  const reason = whyNot(facts, table);
  if (reason !== undefined) return reason;
  const { batch, params, fusion, idempotent = false } = facts as Facts & { readonly batch: string };
  const names = Object.keys(params);
  const form = fusion?.form ?? 'list';
  return {
    interface: of,
    operation,
    batch,
    group: form === 'calls' ? batch : `${batch}/${operation}`,
    form,
    params: names,
    keyAt: fusion?.key === undefined ? (names.length > 0 ? 0 : -1) : names.indexOf(fusion.key),
    effect: fusion?.effect ?? (isRead(facts) ? 'read' : 'write'),
    maxCalls: fusion?.maxCalls ?? Number.POSITIVE_INFINITY,
    maxBytes: fusion?.maxBytes ?? Number.POSITIVE_INFINITY,
    shared: fusion?.shared ?? false,
    retryInHalves: (fusion?.retryInHalves ?? false) && idempotent,
    guessed: fusion === undefined,
    isCopied: true,
    counters: newCounters(),
  };
}

/** Returns a plan for an operation that is not fused, but keeps its order among the fused ones. */
export const bypassPlan = (of: string, operation: string, facts: Facts): Plan => ({
  interface: of,
  operation,
  batch: operation,
  group: operation,
  form: 'list',
  params: [],
  keyAt: -1,
  effect: isRead(facts) ? 'read' : 'write',
  maxCalls: 1,
  maxBytes: Number.POSITIVE_INFINITY,
  shared: false,
  retryInHalves: false,
  guessed: false,
  bypassReason: 'not fused',
  isCopied: false,
  counters: newCounters(),
});

/** Returns the reason why an operation is not fused. `undefined` if it is fused. */
export const unfusedReason = ({ reason, bypassReason }: Plan): string | undefined => reason ?? bypassReason;

export const isRead = ({ idempotent = false, cacheable = false }: Facts): boolean => idempotent && cacheable;

const newCounters = (): Counters => ({
  calls: 0,
  batched: 0,
  deduplicated: 0,
  prefetched: 0,
  single: 0,
  retried: 0,
  notBatched: { limit: 0, order: 0, invocation: 0, parameters: 0 },
});

function whyNot({ batch, params, fusion, idempotent, returns = 'value' }: Facts, table: Table): string | undefined {
  if (batch === undefined) return 'no batch fact';
  if (returns !== 'promise') return `returns a ${returns}: it cannot wait for the end of the tick`;
  const many = Object.hasOwn(table, batch) ? table[batch] : undefined;
  if (!many) return `its batch "${batch}" does not exist`;
  if (many.returns === 'stream') return `its batch "${batch}" returns a stream`;
  if (fusion) return fusion.key !== undefined && !Object.hasOwn(params, fusion.key) ? `fusion.key "${fusion.key}" is not among its params` : undefined;
  if (Object.keys(params).length !== 1) return 'several parameters, and no fusion fact that says how to batch them';
  if (!idempotent) return 'not idempotent, and no fusion fact that says how to batch it';
  const type = many.result?.['type'];
  return type === undefined || type === 'array' ? undefined : `no fusion fact, and its batch "${batch}" returns a ${String(type)} instead of an array`;
}

import type { Amount } from '../contract.js';
import type { GrantRequest, Month, MonthSettings } from './contract.js';

/** An attribute in DynamoDB's JSON format. */
export type Attribute = { readonly N: string } | { readonly S: string };
export type Item = Readonly<Record<string, Attribute>>;

export const n = (value: number): Attribute => ({ N: String(value) });
export const s = (value: string): Attribute => ({ S: value });

const AMOUNTS = ['limit', 'cap', 'left', 'free'] as const;
const THRESHOLDS = ['warn', 'throttle', 'block'] as const;
const NUMBERS = ['epoch', 'concurrency', 'stoppedAt'] as const;
const EPOCH = /^e(\d+)R$/;

const pair = (name: string, { requests, mbMs }: Amount): Item => ({ [`${name}R`]: n(requests), [`${name}G`]: n(mbMs) });

/** Converts a month to attributes: `leftR` and `leftG` are the requests and MB·ms of `left`, and so on. */
export function toItem(month: Month): Item {
  const { mode, init, open } = month;
  const epochs = Array.from(open, ([epoch, amount]) => pair(`e${epoch}`, amount));
  return Object.assign({ mode: s(mode), initG: n(init) }, ...AMOUNTS.map((name) => pair(name, month[name])), ...epochs, numbersOf(month));
}

const numbersOf = (month: Pick<Month, 'thresholds' | 'concurrency'> & Partial<Month>): Item =>
  Object.fromEntries([
    ...THRESHOLDS.map((name) => [name, n(month.thresholds[name])]),
    ...NUMBERS.flatMap((name) => (month[name] === undefined ? [] : [[name, n(month[name])]])),
  ]);

export function fromItem(month: string, item: Item): Month {
  const number = (name: string): number => Number((item[name] as { N?: string } | undefined)?.N ?? 0);
  const amount = (name: string): Amount => ({ requests: number(`${name}R`), mbMs: number(`${name}G`) });
  const epochs = Object.keys(item).flatMap((name) => EPOCH.exec(name)?.[1] ?? []);
  return {
    month,
    mode: (item['mode'] as { S: Month['mode'] }).S,
    epoch: number('epoch'),
    limit: amount('limit'),
    thresholds: { warn: number('warn'), throttle: number('throttle'), block: number('block') },
    cap: amount('cap'),
    left: amount('left'),
    free: amount('free'),
    init: number('initG'),
    concurrency: number('concurrency'),
    open: new Map(epochs.map((epoch) => [Number(epoch), amount(`e${epoch}`)])),
    stoppedAt: number('stoppedAt'),
  };
}

/** One `UpdateItem`: attributes to set, to add to and to remove, and the conditions. Every name is a placeholder, because some are reserved words. */
export interface Update {
  readonly set?: Item;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** `[attribute, '=' or '>=', value]` or `[attribute, 'in', …values]`. */
  readonly where: readonly (readonly [string, '=' | '>=' | 'in', ...Attribute[]])[];
}

/** Converts an update to the fields of a request. */
export function expressions({ set = {}, add = {}, remove = [], where }: Update): object {
  const names: Record<string, string> = {};
  const values: Record<string, Attribute> = {};
  const name = (of: string): string => kept(names, `#${of}`, of);
  const value = (of: Attribute): string => kept(values, `:v${Object.keys(values).length}`, of);
  const clause = (word: string, parts: readonly string[]): string[] => (parts.length ? [`${word} ${parts.join(', ')}`] : []);
  const update = [
    ...clause(
      'SET',
      Object.entries(set).map(([of, to]) => `${name(of)} = ${value(to)}`),
    ),
    ...clause(
      'ADD',
      Object.entries(add).map(([of, by]) => `${name(of)} ${value(n(by))}`),
    ),
    ...clause('REMOVE', remove.map(name)),
  ];
  const conditions = where.map(([of, how, ...to]) => `${name(of)} ${how === 'in' ? `IN (${to.map(value).join(', ')})` : `${how} ${to.map(value).join('')}`}`);
  return {
    UpdateExpression: update.join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

function kept<T>(all: Record<string, T>, key: string, value: T): string {
  all[key] = value;
  return key;
}

/** The update that grants an amount. */
export function grantUpdate({ epoch, amount: { requests, mbMs }, init, critical }: GrantRequest): Update {
  const taken = mbMs + init;
  const isLeft = (name: string): Update['where'] => [
    [`${name}R`, '>=', n(requests)],
    [`${name}G`, '>=', n(taken)],
  ];
  return {
    add: { leftR: -requests, leftG: -taken, freeR: -requests, freeG: -taken, initG: init, [`e${epoch}R`]: requests, [`e${epoch}G`]: mbMs },
    where: [['epoch', '=', n(epoch)], ['mode', 'in', s('open'), ...(critical ? [s('reserved')] : [])], ...isLeft('left'), ...(critical ? [] : isLeft('free'))],
  };
}

/** The update that sets a month's total to what was measured. */
export function settleUpdate(
  seen: Month,
  next: { readonly epoch: number; readonly total: Amount; readonly settled: readonly number[]; readonly settings: MonthSettings },
): Update {
  const { cap, limit, reserve } = next.settings;
  const left = (quantity: keyof Amount): number => cap[quantity] - next.total[quantity] - seen.left[quantity];
  const free = (quantity: keyof Amount): number => cap[quantity] - next.total[quantity] - reserve[quantity] - seen.free[quantity];
  return {
    set: { ...numbersOf(next.settings), epoch: n(next.epoch), ...pair('cap', cap), ...pair('limit', limit) },
    add: { leftR: left('requests'), leftG: left('mbMs'), freeR: free('requests'), freeG: free('mbMs') },
    remove: next.settled.flatMap((epoch) => [`e${epoch}R`, `e${epoch}G`]),
    where: [['epoch', '=', n(seen.epoch)]],
  };
}

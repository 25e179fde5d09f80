import type { Entry } from '../apply-command.js';
import { storeError } from '../errors.js';
import { toInteger } from '../serialization.js';

/** A value in DynamoDB's format. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
}

/**
 * An item with `id`, `value`, `until` (ms since the epoch) and `expiresAt` (the same in s, for the table's time to live). The last two are
 * absent if it does not expire.
 */
export type Item = Readonly<Record<string, AttributeValue | undefined>>;

export const toKey = (key: string): Item => ({ id: { S: key } });

export const toNumberAttribute = (number: number): AttributeValue => ({ N: String(number) });

/** Converts an entry to an item. An integer is stored as a number, so that DynamoDB can add to it; any other value is stored as a string. */
export function toItem(key: string, { text, until }: Entry): Item {
  const item = { ...toKey(key), value: toInteger(text) === undefined ? { S: text } : { N: text } };
  return until === Number.POSITIVE_INFINITY ? item : { ...item, until: toNumberAttribute(until), expiresAt: toNumberAttribute(Math.ceil(until / 1000)) };
}

/** Converts an item to an entry, also if it has expired and the table has not removed it yet. @throws `Unreadable` */
export function toEntry(item: Item | undefined): Entry | undefined {
  if (!item) return undefined;
  const until = Number(item['until']?.N ?? Number.POSITIVE_INFINITY);
  const text = item['value']?.S ?? item['value']?.N;
  if (text === undefined) throw storeError('Unreadable', 'the item was not written by this package: use another prefix, or a separate table.');
  return { text, until };
}

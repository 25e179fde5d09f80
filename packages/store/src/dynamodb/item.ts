import type { Entry } from '../apply-command.js';
import { storeError } from '../errors.js';
import { toInteger } from '../serialization.js';

/** A value as DynamoDB writes it. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
}

/** `id`, `value`, `until` (ms since the epoch) and `expiresAt` (the same in s, for the table's time to live); the last two only where there is an end. */
export type Item = Readonly<Record<string, AttributeValue | undefined>>;

export const toKey = (key: string): Item => ({ id: { S: key } });

export const toNumberAttribute = (number: number): AttributeValue => ({ N: String(number) });

/** A whole number is one for DynamoDB too, which can then add to it; everything else is a text. */
export function toItem(key: string, { text, until }: Entry): Item {
  const item = { ...toKey(key), value: toInteger(text) === undefined ? { S: text } : { N: text } };
  return until === Number.POSITIVE_INFINITY ? item : { ...item, until: toNumberAttribute(until), expiresAt: toNumberAttribute(Math.ceil(until / 1000)) };
}

/** The entry, also one that has ended and that the table has not removed yet. @throws `Unreadable` */
export function toEntry(item: Item | undefined): Entry | undefined {
  if (!item) return undefined;
  const until = Number(item['until']?.N ?? Number.POSITIVE_INFINITY);
  const text = item['value']?.S ?? item['value']?.N;
  if (text === undefined) throw storeError('Unreadable', 'the item was not written by a store: use another prefix, or a table of its own.');
  return { text, until };
}

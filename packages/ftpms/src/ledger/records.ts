import { invalidParam } from '@suga/gateway/errors';

/** Small things kept in the ledger's table beside the months: what was saved before a stop, which alerts were sent, the last report. JSON. A key is no month's name. */
export interface Records {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  /** Writes where there is nothing; false where there is, which may be what this call wrote, where the answer to it was lost. */
  add(key: string, value: unknown): Promise<boolean>;
  remove(key: string): Promise<void>;
}

const MONTH = /^\d{4}-\d\d$/;

/** Months and records are in one table. @throws `InvalidParams` */
export function recordKey(key: string): string {
  if (MONTH.test(key)) throw invalidParam('ftpms', 'key', key, 'another name than a month has');
  return key;
}

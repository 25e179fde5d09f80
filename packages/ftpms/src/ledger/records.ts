import { invalidParam } from '@suga/gateway/errors';

/**
 * Small values in the ledger's table beside the months, as JSON: what was saved before a stop, which alerts were sent, the last report. A key must
 * not look like the name of a month.
 */
export interface Records {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  /** Writes a value if there is none. Returns false if there is one; it may be this call's own value, if the response to the first attempt was lost. */
  add(key: string, value: unknown): Promise<boolean>;
  remove(key: string): Promise<void>;
}

const MONTH = /^\d{4}-\d\d$/;

/** Rejects keys that look like a month, because months and records share a table. @throws `InvalidParams` */
export function recordKey(key: string): string {
  if (MONTH.test(key)) throw invalidParam('ftpms', 'key', key, 'a key that is not a month');
  return key;
}

import { SugaError } from '@suga/gateway/errors';
import type { GuardianCall } from './contract.js';

/** A parsed event of the guardian. */
export type Read =
  | Extract<GuardianCall, { readonly ftpms: 'stop' | 'drill' }>
  | { readonly ftpms: 'restore' | 'nothing' }
  | { readonly ftpms: 'reconcile'; readonly isScheduled: boolean };

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const FUNCTION = /^[\w-]{1,64}$/;

/** Parses an event. @throws `InvalidParams` if it is not a schedule's event, an SNS message or one of our own events */
export function readCall(event: unknown): Read {
  const {
    ftpms,
    month,
    function: name,
    silent,
    Records,
    source,
  } = (typeof event === 'object' && event !== null ? event : {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(Records)) return fromMessages(Records);
  if (ftpms === undefined && typeof source === 'string' && /^aws\.(?:events|scheduler)$/.test(source)) return { ftpms: 'reconcile', isScheduled: true };
  if (ftpms === 'reconcile') return { ftpms, isScheduled: false };
  if (ftpms === 'restore') return { ftpms };
  if (ftpms === 'stop' && typeof month === 'string' && MONTH.test(month) && (silent === undefined || isName(silent))) return { ftpms, month, silent };
  if (ftpms === 'drill' && isName(name)) return { ftpms, function: name };
  const known = '{ "ftpms": "stop", "month": "2026-11" }, { "ftpms": "drill", "function": "name" }, { "ftpms": "restore" } or { "ftpms": "reconcile" }';
  throw new SugaError('InvalidParams', `ftpms: unknown event. Invoke the guardian by a schedule, by SNS, or with ${known}.`);
}

const isName = (value: unknown): value is string => typeof value === 'string' && FUNCTION.test(value);

/** An alarm causes a run at once. The guardian's own alerts arrive by the same topic and are ignored. */
function fromMessages(records: readonly unknown[]): Read {
  const isAlarm = records.some((record) => {
    try {
      const { Sns } = record as { readonly Sns?: { readonly Message?: unknown } };
      const message = JSON.parse(String(Sns?.Message)) as { readonly NewStateValue?: unknown } | null;
      return message?.NewStateValue === 'ALARM';
    } catch {
      return false;
    }
  });
  return isAlarm ? { ftpms: 'reconcile', isScheduled: false } : { ftpms: 'nothing' };
}

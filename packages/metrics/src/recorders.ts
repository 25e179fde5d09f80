import type { ApiRecord, CacheRecord, CircuitRecord, ErrorRecord, HttpRecord, Metrics, OperationRecord, ResponseRecord } from './contract.js';
import { assertRecord, type Seen } from './event-counts.js';

/** What a helper saw, with the size of an answer. */
export type Recorded = Seen & { readonly bytes?: number | undefined };

/** Each helper as a translation of its record. */
const translations = {
  recordOperation: (record: OperationRecord): Recorded => {
    const { operation, success, durationMs, errorType } = assertRecord(record, 'operation');
    return { family: 'operation', name: operation, failed: !success, outcome: success ? 'success' : (errorType ?? 'failure'), durationMs };
  },
  recordError: (record: ErrorRecord): Recorded => {
    const { type, severity = 'medium', category } = assertRecord(record, 'type');
    return { family: 'error', name: category === undefined ? type : `${category}/${type}`, failed: true, outcome: severity };
  },
  recordCache: (record: CacheRecord): Recorded => {
    const { operation, hit, durationMs } = assertRecord(record, 'operation');
    return { family: 'cache', name: operation, failed: false, outcome: hit ? 'hit' : 'miss', durationMs };
  },
  recordApi: (record: ApiRecord): Recorded => {
    const { api, endpoint, success, durationMs, status } = assertRecord(record, 'api', 'endpoint');
    return { family: 'api', name: `${api} ${endpoint}`, failed: !success, outcome: status ?? (success ? 'success' : 'failure'), durationMs };
  },
  recordResponse: (record: ResponseRecord): Recorded => {
    const { type, success, errorType } = assertRecord(record, 'type');
    return { family: 'response', name: type, failed: !success, outcome: success ? 'success' : (errorType ?? 'failure') };
  },
  recordHttp: (record: HttpRecord): Recorded => {
    const { method, url, status, durationMs, bytes } = assertRecord(record, 'method', 'url');
    const failed = status === undefined || status >= 500;
    return { family: 'http', name: `${method} ${originOf(url)}`, failed, outcome: status ?? 'no answer', durationMs, bytes };
  },
  recordCircuitBreaker: (record: CircuitRecord): Recorded => {
    const { circuit, event } = assertRecord(record, 'circuit', 'event');
    return { family: 'circuit', name: circuit, failed: event === 'opened' || event === 'rejected', outcome: event };
  },
};

/** The helpers; `see` gets what each of them saw. */
export function recorders(see: (seen: Recorded) => void): Pick<Metrics, keyof typeof translations> {
  const made = Object.entries(translations).map(([name, translate]) => [name, (record: never) => see(translate(record))]);
  return Object.fromEntries(made) as Pick<Metrics, keyof typeof translations>;
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'unknown';
}

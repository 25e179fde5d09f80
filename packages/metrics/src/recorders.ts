import type { ApiRecord, CacheRecord, CircuitRecord, ErrorRecord, HttpRecord, Metrics, OperationRecord, ResponseRecord } from './contract.js';
import { assertRecord, type Observation } from './event-counts.js';

/** Converts the record of each helper to an observation. */
const translations = {
  recordOperation: (record: OperationRecord): Observation => {
    const { operation, success, durationMs, errorType } = assertRecord(record, 'operation');
    return { family: 'operation', name: operation, failed: !success, outcome: success ? 'success' : (errorType ?? 'failure'), durationMs };
  },
  recordError: (record: ErrorRecord): Observation => {
    const { type, severity = 'medium', category } = assertRecord(record, 'type');
    return { family: 'error', name: category === undefined ? type : `${category}/${type}`, failed: true, outcome: severity };
  },
  recordCache: (record: CacheRecord): Observation => {
    const { operation, hit, durationMs } = assertRecord(record, 'operation');
    return { family: 'cache', name: operation, failed: false, outcome: hit ? 'hit' : 'miss', durationMs };
  },
  recordApi: (record: ApiRecord): Observation => {
    const { api, endpoint, success, durationMs, status } = assertRecord(record, 'api', 'endpoint');
    return { family: 'api', name: `${api} ${endpoint}`, failed: !success, outcome: status ?? (success ? 'success' : 'failure'), durationMs };
  },
  recordResponse: (record: ResponseRecord): Observation => {
    const { type, success, errorType } = assertRecord(record, 'type');
    return { family: 'response', name: type, failed: !success, outcome: success ? 'success' : (errorType ?? 'failure') };
  },
  recordHttp: (record: HttpRecord): Observation => {
    const { method, url, status, durationMs, bytes } = assertRecord(record, 'method', 'url');
    const failed = status === undefined || status >= 500;
    return { family: 'http', name: `${method} ${toOrigin(url)}`, failed, outcome: status ?? 'no response', durationMs, bytes };
  },
  recordCircuitBreaker: (record: CircuitRecord): Observation => {
    const { circuit, event } = assertRecord(record, 'circuit', 'event');
    return { family: 'circuit', name: circuit, failed: event === 'opened' || event === 'rejected', outcome: event };
  },
};

/** Creates the helpers. Each call passes its observation to `observe`. */
export function recorders(observe: (observation: Observation) => void): Pick<Metrics, keyof typeof translations> {
  const entries = Object.entries(translations).map(([name, translate]) => [name, (record: never) => observe(translate(record))]);
  return Object.fromEntries(entries) as Pick<Metrics, keyof typeof translations>;
}

function toOrigin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'unknown';
}

import type { Settings } from '../config.js';
import type { Ledger } from './contract.js';
import { memoryTable } from './memory-ledger.js';

/** Creates a ledger for this environment alone. A month begins at the first request for it, and is never settled. */
export function localLedger({ limit, thresholds }: Pick<Settings, 'limit' | 'thresholds'>): Ledger {
  const ledger = memoryTable().ledger('local');
  const cap = { requests: Math.floor(limit.requests * thresholds.block), mbMs: Math.floor(limit.mbMs * thresholds.block) };
  const grant = ledger.grant.bind(ledger);
  return Object.assign(ledger, {
    grant: async (request: Parameters<Ledger['grant']>[0]) => {
      await ledger.begin(request.month, 0, { limit, thresholds, cap, concurrency: 1, reserve: { requests: 0, mbMs: 0 } });
      return grant(request);
    },
  });
}

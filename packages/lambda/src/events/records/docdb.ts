import type { Call } from '../../invocation/contract.js';
import type { DocdbChange, DocdbRecord } from '../contract/docdb.js';
import type { Handle } from '../contract/runner.js';
import { runOrThrow } from './batch.js';

/** Handles changes in order, up to the first failure. */
export function runDocdb(call: Call, handle: Handle): Promise<void> {
  const { events } = call.event as { readonly events: readonly { readonly event: DocdbRecord }[] };
  const records = events.map(({ event }) => event);
  return runOrThrow({ groups: [records], handle: (record) => handle(toDocdbChange(record)), nameOf: ({ _id }) => _id?._data }, call);
}

const toDocdbChange = (record: DocdbRecord): DocdbChange => ({
  operation: record.operationType,
  database: record.ns?.db,
  collection: record.ns?.coll,
  key: record.documentKey,
  document: record.fullDocument ?? undefined,
  update: record.updateDescription,
  record,
});

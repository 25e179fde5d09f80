import { LambdaError } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';

/** How the records of a batch are handled. Groups run concurrently. The records of a group run in order, up to its first failure. */
export interface BatchPlan<Record> {
  readonly groups: Iterable<readonly Record[]>;
  readonly handle: (record: Record) => unknown;
  /** Name of a record in the log. */
  readonly nameOf: (record: Record) => string;
}

/** Records that were handled, and errors in the order in which they occurred. */
export interface BatchOutcome<Record> {
  readonly finished: ReadonlySet<Record>;
  readonly errors: readonly unknown[];
}

/** Handles a batch. Resolves when every group has ended, or when the deadline is near. Never rejects. */
export async function runGroups<Record>(plan: BatchPlan<Record>, call: Call): Promise<BatchOutcome<Record>> {
  const finished = new Set<Record>();
  const errors: unknown[] = [];
  let remaining = 0;
  const run = async (group: readonly Record[]): Promise<void> => {
    remaining += group.length;
    for (const record of group) {
      // No record is started when the deadline is near.
      if (call.guard.signal.aborted || !(await runRecord(record, plan, call, errors))) return;
      finished.add(record);
      remaining--;
    }
  };

  // Only the deadline rejects, and its error is the reason of the signal.
  await call.guard.within(Promise.all(Array.from(plan.groups, run))).catch(() => undefined);
  const { aborted, reason } = call.guard.signal;
  if (remaining > 0 && aborted) {
    errors.push(reason);
    call.log.failed('Batch not finished', reason);
  }
  // These are copies, because abandoned work may still finish and add to the originals.
  return { finished: new Set(finished), errors: [...errors] };
}

/** Handles a record in a scope of its own, so that its log fields and metric dimensions do not affect other records. Its failure is logged in that scope, and resolves to false. */
function runRecord<Record>(record: Record, { handle, nameOf }: BatchPlan<Record>, { control, log }: Call, errors: unknown[]): Promise<boolean> {
  return control.runScope(async () => {
    try {
      await handle(record);
      return true;
    } catch (error) {
      errors.push(error);
      log.failed('Record failed', error, { record: nameOf(record) });
      return false;
    }
  });
}

/** Groups the records of a batch by a key. The records of a group are handled in order. */
export function groupBy<Record>(records: readonly Record[], keyOf: (record: Record) => string): readonly (readonly Record[])[] {
  const groups = new Map<string, Record[]>();
  for (const record of records) {
    const key = keyOf(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return [...groups.values()];
}

/** Puts every record into a group of its own. */
export const ungrouped = <Record>(records: readonly Record[]): readonly (readonly Record[])[] => records.map((record) => [record]);

/** How each record of a batch gets its own response. */
export interface AnswerPlan<Record, Answer> {
  readonly records: readonly Record[];
  readonly answer: (record: Record) => Answer | PromiseLike<Answer>;
  /** Creates the response for a record whose `answer` has failed, or for which no time was left. */
  readonly toFailure: (error: unknown, record: Record) => Answer;
  /** Name of a record in the log. */
  readonly nameOf: (record: Record) => string;
}

/** Handles records concurrently. Returns one response per record, in the same order. Never rejects. */
export async function answerEach<Record, Answer>({ records, answer, toFailure, nameOf }: AnswerPlan<Record, Answer>, call: Call): Promise<Answer[]> {
  const answers = new Map<Record, Answer>();
  const handle = async (record: Record): Promise<void> => {
    try {
      answers.set(record, await answer(record));
    } catch (error) {
      answers.set(record, toFailure(error, record));
      throw error;
    }
  };
  await runGroups({ groups: ungrouped(records), handle, nameOf }, call);
  return records.map((record) => answers.get(record) ?? toFailure(call.guard.signal.reason, record));
}

/** Handles a batch of a source without partial success. The first error is thrown, and AWS delivers the whole batch again. */
export async function runOrThrow<Record>(plan: BatchPlan<Record>, call: Call): Promise<void> {
  const { errors } = await runGroups(plan, call);
  // The length is checked and not the value, because a handler may throw `undefined`.
  if (errors.length > 0) throw errors[0];
}

/** @throws LambdaError `BadRecord` for a missing identifier. AWS would take a failure without an identifier for a failure of the whole batch. */
export function assertName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new LambdaError('BadRecord', 'A failed record has no identifier, so it cannot be reported. Check what created the event.');
}

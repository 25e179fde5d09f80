import { LambdaError } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';

/** How records are handled: groups run side by side, each in order, and a group stops at its first failure. */
export interface BatchPlan<Record> {
  readonly groups: Iterable<readonly Record[]>;
  readonly handle: (record: Record) => unknown;
  /** What the log calls a record. */
  readonly nameOf: (record: Record) => string;
}

/** What has been handled, and what went wrong, first things first. */
export interface BatchOutcome<Record> {
  readonly finished: ReadonlySet<Record>;
  readonly errors: readonly unknown[];
}

/** Handles a batch; ends when every group has, or when the deadline is near. Never rejects. */
export async function runGroups<Record>(plan: BatchPlan<Record>, call: Call): Promise<BatchOutcome<Record>> {
  const finished = new Set<Record>();
  const errors: unknown[] = [];
  let remaining = 0;
  const run = async (group: readonly Record[]): Promise<void> => {
    remaining += group.length;
    for (const record of group) {
      // Whoever is near the end begins nothing new.
      if (call.guard.signal.aborted || !(await succeeds(record, plan, call, errors))) return;
      finished.add(record);
      remaining--;
    }
  };

  // A rejection is the deadline, and then the signal has its reason.
  await call.guard.within(Promise.all(Array.from(plan.groups, run))).catch(() => undefined);
  const { aborted, reason } = call.guard.signal;
  if (remaining > 0 && aborted) {
    errors.push(reason);
    call.log.failed('Batch not finished', reason);
  }
  // A copy: what is left behind may still finish, and would be added.
  return { finished: new Set(finished), errors: [...errors] };
}

/** Every record is a scope of its own: what it sets for the log or the metrics is not seen by others. Its failure is logged within. */
function succeeds<Record>(record: Record, { handle, nameOf }: BatchPlan<Record>, { control, log }: Call, errors: unknown[]): Promise<boolean> {
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

/** The records of one batch by what keeps them in order. */
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

/** Every record a group of its own. */
export const ungrouped = <Record>(records: readonly Record[]): readonly (readonly Record[])[] => records.map((record) => [record]);

/** How each record of a batch gets its own answer. */
export interface AnswerPlan<Record, Answer> {
  readonly records: readonly Record[];
  readonly answer: (record: Record) => Answer | PromiseLike<Answer>;
  /** The answer for a record whose `answer` has failed, or for which there was no time. */
  readonly toFailure: (error: unknown, record: Record) => Answer;
  /** What the log calls a record. */
  readonly nameOf: (record: Record) => string;
}

/** Handles records side by side. Gives one answer per record, in their order. Never rejects. */
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

/** For sources that know no partial success: the first error goes to AWS, which delivers all of it again. */
export async function runOrThrow<Record>(plan: BatchPlan<Record>, call: Call): Promise<void> {
  const { errors } = await runGroups(plan, call);
  // Anything can be thrown, `undefined` too.
  if (errors.length > 0) throw errors[0];
}

/**
 * @throws LambdaError `BadRecord`: a failure without a name would be taken for "all of it"; better to say so
 */
export function assertName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new LambdaError('BadRecord', 'A record has no identifier by which it could be reported as failed.');
}

import { LambdaError } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';

/** How records are handled: lanes run side by side, each in order, and a lane stops at its first failure. */
export interface Plan<Record> {
  readonly lanes: Iterable<readonly Record[]>;
  readonly handle: (record: Record) => unknown;
  /** What the log calls a record. */
  readonly nameOf: (record: Record) => string;
}

/** What has been handled, and what went wrong, first things first. */
export interface Outcome<Record> {
  readonly finished: ReadonlySet<Record>;
  readonly errors: readonly unknown[];
}

/** Handles a batch; ends when every lane has, or when the deadline is near. Never rejects. */
export async function runLanes<Record>(plan: Plan<Record>, call: Call): Promise<Outcome<Record>> {
  const finished = new Set<Record>();
  const errors: unknown[] = [];
  let left = 0;
  const run = async (lane: readonly Record[]): Promise<void> => {
    left += lane.length;
    for (const record of lane) {
      // Whoever is near the end begins nothing new.
      if (call.guard.signal.aborted || !(await succeeds(record, plan, call, errors))) return;
      finished.add(record);
      left--;
    }
  };

  // A rejection is the deadline, and then the signal has its reason.
  await call.guard.within(Promise.all(Array.from(plan.lanes, run))).catch(() => undefined);
  const { aborted, reason } = call.guard.signal;
  if (left > 0 && aborted) {
    errors.push(reason);
    call.journal.failed('Batch not finished', reason);
  }
  // A copy: what is left behind may still finish, and would be added.
  return { finished: new Set(finished), errors: [...errors] };
}

/** Every record is a scope of its own: what it sets for the log or the metrics is not seen by others. Its failure is logged within. */
function succeeds<Record>(record: Record, { handle, nameOf }: Plan<Record>, { control, journal }: Call, errors: unknown[]): Promise<boolean> {
  return control.runScope(async () => {
    try {
      await handle(record);
      return true;
    } catch (error) {
      errors.push(error);
      journal.failed('Record failed', error, { record: nameOf(record) });
      return false;
    }
  });
}

/** The records of one batch by what keeps them in order. */
export function lanesBy<Record>(records: readonly Record[], keyOf: (record: Record) => string): readonly (readonly Record[])[] {
  const lanes = new Map<string, Record[]>();
  for (const record of records) {
    const key = keyOf(record);
    const lane = lanes.get(key);
    if (lane) lane.push(record);
    else lanes.set(key, [record]);
  }
  return [...lanes.values()];
}

/** Every record a lane of its own. */
export const sideBySide = <Record>(records: readonly Record[]): readonly (readonly Record[])[] => records.map((record) => [record]);

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
  await runLanes({ lanes: sideBySide(records), handle, nameOf }, call);
  return records.map((record) => answers.get(record) ?? toFailure(call.guard.signal.reason, record));
}

/** For sources that know no partial success: the first error goes to AWS, which delivers all of it again. */
export async function runOrThrow<Record>(plan: Plan<Record>, call: Call): Promise<void> {
  const { errors } = await runLanes(plan, call);
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

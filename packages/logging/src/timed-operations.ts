import { assertFunction } from '@suga/gateway/check';
import { toRank } from './config.js';
import type { Bindings, Logging } from './contract.js';
import { mergeFields, toFields, toText } from './fields.js';
import type { Recorder } from './recorder.js';
import type { ScopeState } from './scope-states.js';

/** Maximum number of operations per scope that have started and not ended. */
const MAX_OPEN_OPERATIONS = 1_000;
const LEVELS = { start: 'debug', success: 'info', failure: 'error' } as const;

interface OperationEvent {
  readonly name: string;
  readonly outcome: keyof typeof LEVELS;
  readonly extra: unknown;
  readonly durationMs?: number | undefined;
  readonly bindings?: Bindings | undefined;
}

/** Creates the operations that log the outcome and duration of other work. */
export function create(recorder: Recorder): Pick<Logging, 'logOperation' | 'operationStart' | 'operationSuccess' | 'operationFailure'> {
  const { scopes } = recorder;
  const log = ({ name, outcome, extra, durationMs, bindings }: OperationEvent): void => {
    const duration = typeof durationMs === 'number' ? { duration_ms: durationMs } : {};
    const fields = mergeFields(toFields(extra), { operation: name, outcome, ...duration });
    recorder.record({ rank: toRank(LEVELS[outcome]), message: `${name}: ${outcome}`, extra: fields, bindings });
  };
  const withDuration = (event: OperationEvent): OperationEvent => {
    const measured = stopTimer(scopes.current(), event.name);
    return { ...event, durationMs: event.durationMs ?? measured };
  };
  return {
    logOperation: (operation, work, extra, bindings) => logWork(log, { name: toText(operation), extra, bindings }, work),
    operationStart: (operation, extra) => {
      const name = toText(operation);
      startTimer(scopes.current(), name);
      log({ name, outcome: 'start', extra });
    },
    operationSuccess: (operation, durationMs, extra) => log(withDuration({ name: toText(operation), outcome: 'success', extra, durationMs })),
    operationFailure: (operation, error, durationMs, extra) =>
      log(withDuration({ name: toText(operation), outcome: 'failure', extra: mergeFields(toFields(extra), { error }), durationMs })),
  };
}

async function logWork<T>(
  log: (event: OperationEvent) => void,
  operation: Pick<OperationEvent, 'name' | 'extra' | 'bindings'>,
  work: () => T | PromiseLike<T>,
): Promise<T> {
  assertFunction('logging', 'work', work);
  const startedAt = Date.now();
  log({ ...operation, outcome: 'start' });
  try {
    const result = await work();
    log({ ...operation, outcome: 'success', durationMs: Date.now() - startedAt });
    return result;
  } catch (error) {
    log({ ...operation, outcome: 'failure', extra: mergeFields(toFields(operation.extra), { error }), durationMs: Date.now() - startedAt });
    throw error;
  }
}

function startTimer({ operations }: ScopeState, name: string): void {
  if (operations.length === MAX_OPEN_OPERATIONS) operations.shift();
  operations.push({ name, at: Date.now() });
}

/** Ends the operation of that name that started last, and returns its duration in ms. So a recursive operation ends from the inside out. */
function stopTimer({ operations }: ScopeState, name: string): number | undefined {
  const index = operations.findLastIndex((each) => each.name === name);
  const [found] = index < 0 ? [] : operations.splice(index, 1);
  return found && Date.now() - found.at;
}

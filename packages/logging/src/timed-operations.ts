import { invalidParam } from '@suga/gateway/errors';
import { rankOf } from './config.js';
import type { Bindings, Logging } from './contract.js';
import { fieldsOf, textOf, together } from './fields.js';
import type { Recorder } from './recorder.js';
import type { Request } from './scope-states.js';

/** Starts that are remembered without an end in sight. */
const MAX_OPEN = 1_000;
const LEVEL_OF = { start: 'debug', success: 'info', failure: 'error' } as const;

interface Step {
  readonly name: string;
  readonly outcome: keyof typeof LEVEL_OF;
  readonly extra: unknown;
  readonly durationMs?: number | undefined;
  readonly bindings?: Bindings | undefined;
}

/** What tells of operations and how long they took. */
export function operationsOf(recorder: Recorder): Pick<Logging, 'logOperation' | 'operationStart' | 'operationSuccess' | 'operationFailure'> {
  const { requests } = recorder;
  const tell = ({ name, outcome, extra, durationMs, bindings }: Step): void => {
    const duration = typeof durationMs === 'number' ? { duration_ms: durationMs } : {};
    const fields = together(fieldsOf(extra), { operation: name, outcome, ...duration });
    recorder.record({ rank: rankOf(LEVEL_OF[outcome]), message: `${name}: ${outcome}`, extra: fields, bindings });
  };
  const ended = (step: Step): Step => {
    const counted = finish(requests.here(), step.name);
    return { ...step, durationMs: step.durationMs ?? counted };
  };
  return {
    logOperation: (operation, work, extra, bindings) => follow(tell, { name: textOf(operation), extra, bindings }, work),
    operationStart: (operation, extra) => {
      const name = textOf(operation);
      begin(requests.here(), name);
      tell({ name, outcome: 'start', extra });
    },
    operationSuccess: (operation, durationMs, extra) => tell(ended({ name: textOf(operation), outcome: 'success', extra, durationMs })),
    operationFailure: (operation, error, durationMs, extra) =>
      tell(ended({ name: textOf(operation), outcome: 'failure', extra: together(fieldsOf(extra), { error }), durationMs })),
  };
}

async function follow<T>(tell: (step: Step) => void, what: Pick<Step, 'name' | 'extra' | 'bindings'>, work: () => T | PromiseLike<T>): Promise<T> {
  if (typeof work !== 'function') throw invalidParam('logging', 'work', work, 'a function');
  const startedAt = Date.now();
  tell({ ...what, outcome: 'start' });
  try {
    const result = await work();
    tell({ ...what, outcome: 'success', durationMs: Date.now() - startedAt });
    return result;
  } catch (error) {
    tell({ ...what, outcome: 'failure', extra: together(fieldsOf(what.extra), { error }), durationMs: Date.now() - startedAt });
    throw error;
  }
}

function begin({ open }: Request, name: string): void {
  if (open.length === MAX_OPEN) open.shift();
  open.push({ name, at: Date.now() });
}

/** How long the operation of that name took, in ms: the one that began last, as where one calls itself. */
function finish({ open }: Request, name: string): number | undefined {
  const index = open.findLastIndex((each) => each.name === name);
  const [found] = index < 0 ? [] : open.splice(index, 1);
  return found && Date.now() - found.at;
}

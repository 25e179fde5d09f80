import { SugaError } from '@suga/gateway/errors';
import type { Circuit } from './circuit.js';
import type { CallOutcome } from './contract.js';

const OUTCOMES: readonly unknown[] = ['success', 'failure', 'unknown'];

/** Decides the outcome of calls with the callers' functions. A function without a valid result is reported once per kind of fault. */
export class Judge {
  readonly #reported = new Set<string>();

  /** Returns the outcome of an error: a failure, unless `isFailure` says that the error is not one of the other side. */
  ofError({ settings, name }: Circuit, error: unknown): CallOutcome {
    const judgement = evaluate(() => settings.isFailure(error));
    if (typeof judgement.answer !== 'boolean') this.#report({ option: 'isFailure', expected: 'true or false', name, counts: 'failure' }, judgement);
    return judgement.answer === false ? 'unknown' : 'failure';
  }

  /** Returns the outcome of a value: a success, unless the caller's function says otherwise. Unknown if that function has no valid result. */
  ofValue<T>({ name }: Circuit, value: T, outcome: ((value: T) => CallOutcome) | undefined): CallOutcome {
    if (!outcome) return 'success';
    const judgement = evaluate(() => outcome(value));
    if (OUTCOMES.includes(judgement.answer)) return judgement.answer as CallOutcome;
    this.#report({ option: 'outcome', expected: '"success", "failure" or "unknown"', name, counts: 'unknown' }, judgement);
    return 'unknown';
  }

  /** Emits a process warning, because the call keeps its own result. Names may come from outside, so only the first one is reported. */
  #report({ option, expected, name, counts }: Report, judgement: Judgement): void {
    const got = 'thrown' in judgement ? 'it threw' : `it returned ${kindOf(judgement.answer)}`;
    const key = `${option} ${got}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const message = `circuitBreaker: "${option}" must return ${expected}. For the circuit ${quote(name)} ${got}; such a call counts as ${counts}.`;
    process.emitWarning(new SugaError('InvalidParams', message, { cause: judgement.thrown }));
  }
}

interface Report {
  readonly option: 'isFailure' | 'outcome';
  readonly expected: string;
  readonly name: string;
  readonly counts: CallOutcome;
}

interface Judgement {
  readonly answer?: unknown;
  readonly thrown?: unknown;
}

/** Formats a circuit's name for messages. */
export const quote = (name: string): string => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);

/** Returns the result of a caller's function, or the error that it threw. A fault of that function must not break the call, now or later. */
function evaluate(judge: () => unknown): Judgement {
  try {
    const answer = judge();
    if (isPromise(answer)) answer.then(undefined, () => undefined);
    return { answer };
  } catch (thrown) {
    return { thrown };
  }
}

function kindOf(answer: unknown): string {
  if (answer === null || answer === undefined) return String(answer);
  if (isPromise(answer)) return 'a promise';
  return `${typeof answer === 'object' ? 'an' : 'a'} ${typeof answer}`;
}

const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

import type { Call } from './call.js';

/** What became of one call. */
export type Answer = { readonly value: unknown } | { readonly error: unknown };

/** What the batch operation is called with. */
export function parametersOf(calls: readonly Call[]): readonly unknown[] {
  return calls.map(({ plan, args }) => (plan.form === 'calls' ? { operation: plan.operation, params: named(plan.params, args) } : args[0]));
}

/** The answers in the order of the calls; `undefined` where what came back has another form, or cannot be looked at. */
export function answersOf(calls: readonly Call[], results: unknown): readonly Answer[] | undefined {
  if (typeof results !== 'object' || results === null) return undefined;
  try {
    if (calls[0]?.plan.form === 'record')
      return calls.map(({ args }) => answerOf(Object.hasOwn(results, args[0] as string) ? results[args[0] as never] : undefined));
    if (!Array.isArray(results) || results.length !== calls.length) return undefined;
    const answers = Array.from(results, calls[0]?.plan.form === 'list' ? answerOf : outcomeOf);
    return answers.every((answer) => answer !== undefined) ? answers : undefined;
  } catch {
    return undefined;
  }
}

const answerOf = (result: unknown): Answer => (result instanceof Error ? { error: result } : { value: result });

/** The answer that an outcome of the form `calls` is; `undefined` where it is none. */
export function outcomeOf(result: unknown): Answer | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  try {
    if ('error' in result) return { error: result.error };
    return 'value' in result ? { value: result.value } : undefined;
  } catch {
    return undefined;
  }
}

function named(params: readonly string[], args: readonly unknown[]): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const name = params[at];
    if (name !== undefined && args[at] !== undefined) given[name] = args[at];
  }
  return given;
}

import type { Call } from './call.js';

/** The result of one call. */
export type CallResult = { readonly value: unknown } | { readonly error: unknown };

/** Builds the argument of the batch operation. */
export function toBatchParams(calls: readonly Call[]): readonly unknown[] {
  return calls.map(({ plan, args }) => (plan.form === 'calls' ? { operation: plan.operation, params: toNamedParams(plan.params, args) } : args[0]));
}

/** Returns the results in the order of the calls. `undefined` if the response has another form, or throws when it is read. */
export function toCallResults(calls: readonly Call[], results: unknown): readonly CallResult[] | undefined {
  if (typeof results !== 'object' || results === null) return undefined;
  try {
    if (calls[0]?.plan.form === 'record')
      return calls.map(({ args }) => toPlainResult(Object.hasOwn(results, args[0] as string) ? results[args[0] as never] : undefined));
    if (!Array.isArray(results) || results.length !== calls.length) return undefined;
    const parsed = Array.from(results, calls[0]?.plan.form === 'list' ? toPlainResult : toCallResult);
    return parsed.every((result) => result !== undefined) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const toPlainResult = (result: unknown): CallResult => (result instanceof Error ? { error: result } : { value: result });

/** Reads one outcome of the form `calls`. `undefined` if it is not an outcome. */
export function toCallResult(result: unknown): CallResult | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  try {
    if ('error' in result) return { error: result.error };
    return 'value' in result ? { value: result.value } : undefined;
  } catch {
    return undefined;
  }
}

function toNamedParams(params: readonly string[], args: readonly unknown[]): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (let at = 0; at < args.length; at++) {
    const name = params[at];
    if (name !== undefined && args[at] !== undefined) given[name] = args[at];
  }
  return given;
}

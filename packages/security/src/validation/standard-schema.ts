import { invalidParam } from '@suga/gateway/errors';
import type { StandardSchema } from '../contract.js';
import { addIssue, type CheckState } from './check-rule.js';

/** Whether a rule is a Standard Schema. Schemas can be functions, as those of ArkType are. */
export function isSchema(rule: unknown): rule is StandardSchema {
  const standard = (typeof rule === 'object' && rule !== null) || typeof rule === 'function' ? (rule as Partial<StandardSchema>)['~standard'] : undefined;
  return typeof standard?.validate === 'function';
}

/** Validates a value with a schema and returns its output. Problems are added to `state.issues`. */
export function checkSchema(value: unknown, { '~standard': standard }: StandardSchema, name: string, state: CheckState): unknown {
  const result: unknown = standard.validate(value);
  if (typeof result !== 'object' || result === null) throw invalidParam('security', 'rule', result, 'a schema whose validate returns { value } or { issues }');
  if (typeof (result as PromiseLike<unknown>).then === 'function') {
    (result as Promise<unknown>).then(undefined, () => {});
    throw invalidParam('security', 'rule', undefined, 'a schema that is synchronous; call this one itself and await it');
  }
  const { issues, value: output } = result as { issues?: readonly { message: string; path?: readonly unknown[] }[]; value?: unknown };
  for (const { message, path = [] } of issues ?? []) {
    const keys = path.map((part) => String(typeof part === 'object' && part !== null ? (part as { key: PropertyKey }).key : part));
    addIssue(state, { param: [name, ...keys].join('/'), problem: 'invalid', expected: message, got: 'something else' });
  }
  return output;
}

import { behaviourChecks } from './behaviour.js';
import type { Check, Subject } from './contract.js';
import { definitionChecks } from './definition.js';
import { invalidArgumentChecks } from './invalid-arguments.js';
import { lifeCycleChecks } from './life-cycle.js';

export type { Arguments, Check, Subject } from './contract.js';

/**
 * Returns the rules that every interface of a gateway must follow, as checks for any test runner:
 * `for (const { name, run } of conformance({ … })) it(name, run)`.
 */
export function conformance<Contract extends object>(subject: Subject<Contract>): readonly Check[] {
  const erased = subject as unknown as Subject<object>;
  return [...definitionChecks(erased), ...lifeCycleChecks(erased), ...behaviourChecks(erased), ...invalidArgumentChecks(erased)];
}

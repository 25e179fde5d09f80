import { Validator } from '@cfworker/json-schema';
import type { Facts } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { Check, Subject } from './contract.js';
import { callAll, drain, errorOf, expect, isStream, type Stage, stage } from './test-gateway.js';

const OVERLAPPING = 30;

/** What the operations do with arguments that make them work, by both doors. */
export function behaviourChecks(subject: Subject<object>): readonly Check[] {
  const { name } = subject;
  const every = (check: (made: Stage, operation: string, facts: Facts) => Promise<void>) => async () => {
    for (const operation of Object.keys(stage(subject).facts)) {
      const made = stage(subject);
      await check(made, operation, made.facts[operation] as Facts);
      made.control[Symbol.dispose]();
    }
  };
  const openDoor = async ({ control, argumentsOf }: Stage, operation: string, { params }: Facts) => {
    const given = named(params, await argumentsOf(operation));
    const returned = control.execute(name, operation, given);
    await drain(returned);
  };
  return [
    { name: 'operations hand back what their facts say', run: every(handsBack) },
    { name: 'the open door lets the same arguments in', run: every(openDoor) },
    { name: 'an idempotent operation can be done again', run: every(again) },
    { name: 'the open door refuses what is missing or unknown, by name', run: every((made, operation, facts) => refuses(made, `${name}.${operation}`, facts)) },
    { name: 'an event reaches only what is remote', run: every((made, operation, facts) => remote(made, `${name}.${operation}`, facts)) },
    { name: `${OVERLAPPING} overlapping invocations end with nothing in flight`, run: () => overlapping(subject) },
  ];
}

async function handsBack({ operations, argumentsOf }: Stage, operation: string, { returns = 'value', result }: Facts): Promise<void> {
  const returned = operations[operation]?.(...(await argumentsOf(operation)));
  const thenable = typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function';
  const value = await returned;
  const kind = isStream(value) ? 'stream' : thenable ? 'promise' : 'value';
  await drain(value);
  expect(kind === returns, `${operation} hands back a ${kind}, its facts say ${returns}`);
  // JSON has no word for undefined: it stands for "none", whatever else there may be.
  if (!result || value === undefined || kind === 'stream') return;
  const { valid, errors } = new Validator(result as object, '2020-12').validate(value);
  expect(
    valid,
    `${operation}: what it gives is not what its facts say: ${errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join(' ')}`,
  );
}

async function again({ operations, argumentsOf }: Stage, operation: string, { idempotent }: Facts): Promise<void> {
  if (!idempotent) return;
  const given = await argumentsOf(operation);
  await drain(operations[operation]?.(...given));
  const error = await errorOf(() => operations[operation]?.(...given));
  expect(error === undefined, `${operation} is idempotent, and failed when called again: ${String(error)}`);
}

async function refuses({ control, argumentsOf }: Stage, path: string, { params, required = [] }: Facts): Promise<void> {
  const [name = '', operation = ''] = path.split('.');
  const given = named(params, await argumentsOf(operation));
  for (const param of required) {
    const { [param]: _, ...rest } = given;
    const error = await errorOf(() => control.execute(name, operation, rest));
    expect(isSugaError(error, 'InvalidParams') && error.message.includes(param), `${path} without "${param}": ${String(error)}`);
  }
  const error = await errorOf(() => control.execute(name, operation, { ...given, notAParameter: 1 }));
  expect(isSugaError(error, 'InvalidParams') && error.message.includes('notAParameter'), `${path} with "notAParameter": ${String(error)}`);
}

async function remote({ control, argumentsOf }: Stage, path: string, { params, remote: allowed = false }: Facts): Promise<void> {
  if (allowed) return;
  const [name = '', operation = ''] = path.split('.');
  const given = named(params, await argumentsOf(operation));
  const error = await errorOf(() => control.execute(name, operation, given, { remote: true }));
  expect(isSugaError(error, 'NotRemote'), `${path} was not refused to an event: ${String(error)}`);
}

async function overlapping(subject: Subject<object>): Promise<void> {
  const made = stage(subject);
  const ids = Array.from({ length: OVERLAPPING }, (_, index) => `invocation-${index}`);
  await Promise.all(ids.map((id) => made.control.run({ id }, () => callAll(made))));
  const { active, interfaces } = made.control.stats();
  expect(active === 0 && interfaces[subject.name]?.inFlight === 0, 'something is still in flight');
  made.control[Symbol.dispose]();
}

/** Arguments by position as parameters by name; those left out stay out. */
function named(params: Facts['params'], given: readonly unknown[]): Record<string, unknown> {
  const names = Object.keys(params);
  expect(given.length <= names.length, `there are ${given.length} arguments for the parameters ${names.join(', ')}`);
  return Object.fromEntries(names.flatMap((name, index) => (given[index] === undefined ? [] : [[name, given[index]]])));
}

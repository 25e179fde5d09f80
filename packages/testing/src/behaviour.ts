import { Validator } from '@cfworker/json-schema';
import type { Facts } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { Check, Subject } from './contract.js';
import { assert, callAll, catchError, drain, isStream, type TestGateway, testGateway } from './test-gateway.js';

const OVERLAPPING = 30;

/** Checks of the operations with valid arguments, through the typed API and through `execute`. */
export function behaviourChecks(subject: Subject<object>): readonly Check[] {
  const { name } = subject;
  const forEachOperation = (check: (gateway: TestGateway, operation: string, facts: Facts) => Promise<void>) => async () => {
    for (const operation of Object.keys(testGateway(subject).facts)) {
      const gateway = testGateway(subject);
      await check(gateway, operation, gateway.facts[operation] as Facts);
      gateway.control[Symbol.dispose]();
    }
  };
  const acceptsNamedArguments = async ({ control, exampleArguments }: TestGateway, operation: string, { params }: Facts) => {
    const args = byName(params, await exampleArguments(operation));
    const returned = control.execute(name, operation, args);
    await drain(returned);
  };
  return [
    { name: 'operations return what their facts say', run: forEachOperation(returnsAsDeclared) },
    { name: 'execute accepts the same arguments', run: forEachOperation(acceptsNamedArguments) },
    { name: 'an idempotent operation can be called again', run: forEachOperation(canBeRepeated) },
    {
      name: 'execute refuses missing and unknown parameters, by name',
      run: forEachOperation((gateway, operation, facts) => refusesByName(gateway, `${name}.${operation}`, facts)),
    },
    {
      name: 'an event reaches only remote operations',
      run: forEachOperation((gateway, operation, facts) => refusesRemote(gateway, `${name}.${operation}`, facts)),
    },
    { name: `${OVERLAPPING} overlapping invocations end with nothing in flight`, run: () => survivesOverlap(subject) },
  ];
}

async function returnsAsDeclared({ operations, exampleArguments }: TestGateway, operation: string, { returns = 'value', result }: Facts): Promise<void> {
  const returned = operations[operation]?.(...(await exampleArguments(operation)));
  const thenable = typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function';
  const value = await returned;
  const kind = isStream(value) ? 'stream' : thenable ? 'promise' : 'value';
  await drain(value);
  assert(kind === returns, `${operation} returns a ${kind}, but its facts say ${returns}`);
  // JSON has no value for undefined. It means "none" and is allowed beside any schema.
  if (!result || value === undefined || kind === 'stream') return;
  const { valid, errors } = new Validator(result as object, '2020-12').validate(value);
  assert(
    valid,
    `${operation}: the result does not fit the schema in its facts: ${errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`).join(' ')}`,
  );
}

async function canBeRepeated({ operations, exampleArguments }: TestGateway, operation: string, { idempotent }: Facts): Promise<void> {
  if (!idempotent) return;
  const args = await exampleArguments(operation);
  await drain(operations[operation]?.(...args));
  const error = await catchError(() => operations[operation]?.(...args));
  assert(error === undefined, `${operation} is idempotent, but failed when it was called again: ${String(error)}`);
}

async function refusesByName({ control, exampleArguments }: TestGateway, path: string, { params, required = [] }: Facts): Promise<void> {
  const [name = '', operation = ''] = path.split('.');
  const args = byName(params, await exampleArguments(operation));
  for (const param of required) {
    const { [param]: _, ...rest } = args;
    const error = await catchError(() => control.execute(name, operation, rest));
    assert(isSugaError(error, 'InvalidParams') && error.message.includes(param), `${path} without "${param}": ${String(error)}`);
  }
  const error = await catchError(() => control.execute(name, operation, { ...args, notAParameter: 1 }));
  assert(isSugaError(error, 'InvalidParams') && error.message.includes('notAParameter'), `${path} with "notAParameter": ${String(error)}`);
}

async function refusesRemote({ control, exampleArguments }: TestGateway, path: string, { params, remote: allowed = false }: Facts): Promise<void> {
  if (allowed) return;
  const [name = '', operation = ''] = path.split('.');
  const args = byName(params, await exampleArguments(operation));
  const error = await catchError(() => control.execute(name, operation, args, { remote: true }));
  assert(isSugaError(error, 'NotRemote'), `${path} was not refused to an event: ${String(error)}`);
}

async function survivesOverlap(subject: Subject<object>): Promise<void> {
  const gateway = testGateway(subject);
  const ids = Array.from({ length: OVERLAPPING }, (_, index) => `invocation-${index}`);
  await Promise.all(ids.map((id) => gateway.control.run({ id }, () => callAll(gateway))));
  const { active, interfaces } = gateway.control.stats();
  assert(active === 0 && interfaces[subject.name]?.inFlight === 0, `calls are still in flight: ${active}`);
  gateway.control[Symbol.dispose]();
}

/** Converts arguments by position to parameters by name, without those that are undefined. */
function byName(params: Facts['params'], args: readonly unknown[]): Record<string, unknown> {
  const names = Object.keys(params);
  assert(args.length <= names.length, `there are ${args.length} arguments for the parameters ${names.join(', ')}`);
  return Object.fromEntries(names.flatMap((name, index) => (args[index] === undefined ? [] : [[name, args[index]]])));
}

import { isObject } from './bundled/check.js';
import { SugaError } from './bundled/errors.js';
import { nearest } from './bundled/suggest.js';
import { formatValue } from './format-value.js';
import type { Operation } from './gateway.js';

/*
 * All error messages of the gateway, in a separate file, so that a cold start without an error does not load them.
 */

export function unknownInterface(name: unknown, known: readonly string[]): SugaError {
  return new SugaError('UnknownInterface', `There is no interface ${formatValue(name)}. ${hint(name, known)}`);
}

export function unknownOperation(name: unknown, known: readonly string[], of: string): SugaError {
  return new SugaError('UnknownOperation', `Interface "${of}" has no operation ${formatValue(name)}. ${hint(name, known)}`);
}

export function loadCycle(loading: readonly string[], name: string): SugaError {
  const path = [...loading.slice(loading.indexOf(name)), name].join(' → ');
  return new SugaError('LoadCycle', `Interfaces load each other: ${path}. Call the other interface inside an operation, not while loading.`);
}

/** Wraps the error of a failed load, with the interface's name. An error that already says what to do passes through. */
export function loadFailed(name: string, cause: unknown): SugaError {
  if (cause instanceof SugaError && (cause.code === 'LoadCycle' || cause.code === 'InvalidDefinition')) return cause;
  return new SugaError('LoadFailed', `Interface "${name}" could not be loaded: ${messageOf(cause)}`, { cause });
}

export function notFunctions(name: string, missing: readonly string[]): SugaError {
  const names = missing.map(formatValue).join(', ');
  return new SugaError(
    'InvalidDefinition',
    `Interface "${name}" declares ${names}, but its core has no such function: load() must return { operations } with all of them.`,
  );
}

export function notBound(who: string, operation: string, value: unknown): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `${who}: binding "${operation}" returned ${formatValue(value)} instead of a function. To change nothing, return the function that it was given.`,
  );
}

export function notReplacing(operation: string, value: unknown): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `override of "${operation}": the last argument must return the new function, but returned ${formatValue(value)}. Write (original) => (…args) => …, or () => yourFunction.`,
  );
}

export function asyncLoad(name: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `Interface "${name}": load() returned a promise, but the first call cannot wait for it. Use require instead of import to load the core, and do slow work in the operations.`,
  );
}

/** An error for invalid arguments of `createGateway`. It names the wrong one. */
export function notCreatable(interfaces: unknown, options: unknown): SugaError {
  const wrong = !isObject(interfaces)
    ? `expected interfaces by name, as in { cache: cache() }, got ${formatValue(interfaces)}`
    : !isObject(options)
      ? `expected options in an object, as in { middleware: [lmms()] }, got ${formatValue(options)}`
      : `"middleware" must be a list, as in [lmms()], got ${formatValue((options as { middleware?: unknown }).middleware)}`;
  return new SugaError('InvalidParams', `createGateway: ${wrong}.`);
}

export function notAGateway(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: expected a gateway from createGateway(…) or @suga/gateway/auto, got ${formatValue(value)}.`);
}

export function notAScope(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: expected the result of scope() or invocation(), got ${formatValue(value)}.`);
}

export function notWork(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: the work must be a function, got ${formatValue(value)}.`);
}

/** An error of the ready-made gateway, whose type may promise an interface that is missing. */
export function notThere(name: string, known: readonly string[]): SugaError {
  const add = `To add it: control(gateway).register("${name}", …), or SUGA_INTERFACES="${name}=<its package>".`;
  return new SugaError('UnknownInterface', `There is no interface ${formatValue(name)}. ${hint(name, known)} ${add}`);
}

export function notMiddleware(value: unknown): SugaError {
  return new SugaError('InvalidDefinition', `A middleware is an object, { name, bind(operation, next) }, not ${formatValue(value)}.`);
}

export function alreadyUsed(name: string): SugaError {
  return new SugaError('InvalidDefinition', `The middleware "${name}" is already in use. To use it twice, create another one.`);
}

export function alreadyRegistered(name: string): SugaError {
  return new SugaError('InvalidDefinition', `Interface "${name}" is already registered. Pass { replace: true } to replace it.`);
}

export function inFlightError(name: string, inFlight: number): SugaError {
  return new SugaError('InFlight', `Interface "${name}" has ${inFlight} calls in flight: try again when they have finished.`);
}

export function removed(name: string): SugaError {
  return new SugaError('UnknownInterface', `Interface "${name}" was removed or replaced. Call it through the gateway again.`);
}

export function invalidName(name: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `${formatValue(name)} cannot name an interface or operation: use a camelCase word. Names that every object has (constructor, toString …) and "then" are not allowed.`,
  );
}

const definitionProblems = {
  shape: () => 'a definition must be { operations, load }; if the package exports a function, call it, as in { cache: cache() }',
  params: (operation: string) => `operation "${operation}" has no params; write params: {} if it takes none`,
  required: (operation: string, what: string) => `operation "${operation}" requires ${formatValue(what)}, which is not among its params`,
  schema: (operation: string, what: string) => `operation "${operation}" has no schema for its parameter ${formatValue(what)}; write {} to allow any value`,
  order: (operation: string, what: string) => `operation "${operation}" has a parameter ${formatValue(what)}; a name must start with a letter`,
};

export function invalidDefinition(name: string, fault: keyof typeof definitionProblems, operation = '', what = ''): SugaError {
  return new SugaError('InvalidDefinition', `Interface "${name}": ${definitionProblems[fault](operation, what)}.`);
}

export function invalidSchema({ interface: name, name: operation }: Operation, param: string, cause: unknown): SugaError {
  const message = `Interface "${name}": operation "${operation}" has an invalid schema for ${formatValue(param)}: ${messageOf(cause)}`;
  return new SugaError('InvalidDefinition', message, { cause });
}

export function notInstalled(name: string, from: string, cause: unknown): SugaError {
  return new SugaError(
    'NotInstalled',
    `Interface "${name}" is not installed: ${from.startsWith('@suga/') ? `add ${from} or attach the layer` : `add ${from}, which SUGA_INTERFACES names, to the function`}. In a bundle it cannot be found by name: use createGateway({ ${name}: ${name}() }).`,
    { cause },
  );
}

export function packageFailed(from: string, cause: unknown): SugaError {
  return new SugaError('LoadFailed', `Package "${from}" is installed but could not be loaded: ${messageOf(cause)}`, { cause });
}

export function nothingExported(name: string, from: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `Package "${from}" exports neither "${name}" nor a default: an interface package must export a function with the interface's name that returns the definition.`,
  );
}

export function invalidSetting(item: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `SUGA_INTERFACES: ${formatValue(item.trim())} is not in the form name=package, as in "payments=@acme/suga-payments".`,
  );
}

function hint(name: unknown, known: readonly string[]): string {
  const meant = typeof name === 'string' ? nearest(name, known) : undefined;
  return meant ? `Did you mean "${meant}"?` : `Known: ${known.join(', ') || 'none'}.`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : formatValue(error));

import { SugaError } from './bundled/errors.js';
import type { Operation } from './gateway.js';
import { show } from './format-value.js';
import { nearest } from './suggest.js';

/*
 * Everything the gateway has to say when something is wrong, in a file of its own:
 * a cold start in which nothing goes wrong does not pay for the words.
 */

export function unknownInterface(name: unknown, known: readonly string[]): SugaError {
  return new SugaError('UnknownInterface', `There is no interface ${show(name)}. ${hint(name, known)}`);
}

export function unknownOperation(name: unknown, known: readonly string[], of: string): SugaError {
  return new SugaError('UnknownOperation', `Interface "${of}" has no operation ${show(name)}. ${hint(name, known)}`);
}

export function loadCycle(loading: readonly string[], name: string): SugaError {
  const path = [...loading.slice(loading.indexOf(name)), name].join(' → ');
  return new SugaError('LoadCycle', `Interfaces load each other: ${path}. Call the other interface inside an operation, not while loading.`);
}

/** What went wrong while loading, under the interface's name. A fault of ours that already says what to do passes through. */
export function loadFailed(name: string, cause: unknown): SugaError {
  if (cause instanceof SugaError && (cause.code === 'LoadCycle' || cause.code === 'InvalidDefinition')) return cause;
  return new SugaError('LoadFailed', `Interface "${name}" could not be loaded: ${messageOf(cause)}`, { cause });
}

export function notFunctions(name: string, missing: readonly string[]): SugaError {
  const names = missing.map(show).join(', ');
  return new SugaError(
    'InvalidDefinition',
    `Interface "${name}" declares ${names}, but its core has no such function: load() must give { operations } with all of them.`,
  );
}

export function notBound(who: string, operation: string, value: unknown): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `${who}, binding "${operation}", gave ${show(value)} instead of a function: return the one it was given where there is nothing to change.`,
  );
}

export function notReplacing(operation: string, value: unknown): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `override of "${operation}": the last argument makes the function that takes the operation's place, but gave ${show(value)}. Write (original) => (…args) => …, or () => yourFunction.`,
  );
}

export function asyncLoad(name: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `Interface "${name}": load() gave a promise, but the first call cannot wait for it. Require the core instead of importing it, and leave what takes time to the operations.`,
  );
}

/** Refuses arguments of `createGateway`, and names the one that is wrong. */
export function notCreatable(interfaces: unknown, options: unknown): SugaError {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  const wrong = !isObject(interfaces)
    ? `expected interfaces by name, as in { cache: cache() }, got ${show(interfaces)}`
    : !isObject(options)
      ? `expected options in an object, as in { middleware: [lmms()] }, got ${show(options)}`
      : `"middleware" must be a list, as in [lmms()], got ${show((options as { middleware?: unknown }).middleware)}`;
  return new SugaError('InvalidParams', `createGateway: ${wrong}.`);
}

export function notAGateway(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: expected a gateway, of createGateway(…) or @suga/gateway/auto, got ${show(value)}.`);
}

export function notAScope(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: expected what scope() or invocation() gave, got ${show(value)}.`);
}

export function notWork(who: string, value: unknown): SugaError {
  return new SugaError('InvalidParams', `${who}: the work must be a function, got ${show(value)}.`);
}

/** An error of the ready-made gateway, whose type may promise an interface that is not there. */
export function notThere(name: string, known: readonly string[]): SugaError {
  const add = `To add it: control(gateway).register("${name}", …), or SUGA_INTERFACES="${name}=<its package>".`;
  return new SugaError('UnknownInterface', `There is no interface ${show(name)}. ${hint(name, known)} ${add}`);
}

export function notMiddleware(value: unknown): SugaError {
  return new SugaError('InvalidDefinition', `A middleware is an object, { name, bind(operation, next) }, not ${show(value)}.`);
}

export function usedAlready(name: string): SugaError {
  return new SugaError('InvalidDefinition', `The middleware "${name}" is in use already: make another one to have it twice.`);
}

export function registeredAlready(name: string): SugaError {
  return new SugaError('InvalidDefinition', `Interface "${name}" is registered already: pass { replace: true } to put another in its place.`);
}

export function atWork(name: string, inFlight: number): SugaError {
  return new SugaError('InFlight', `Interface "${name}" is at work (${inFlight} in flight): try again when it has finished.`);
}

export function takenOut(name: string): SugaError {
  return new SugaError('UnknownInterface', `Interface "${name}" has been taken out or replaced: reach it through the gateway again.`);
}

export function invalidName(name: string): SugaError {
  return new SugaError(
    'InvalidDefinition',
    `${show(name)} cannot name an interface or operation: use a camelCase word that no object has already (constructor, toString …), and not "then".`,
  );
}

const definitionFaults = {
  shape: () => 'a definition is { operations, load }; if the package exports a function, call it, as in { cache: cache() }',
  params: (operation: string) => `operation "${operation}" has no params; write params: {} where it takes none`,
  required: (operation: string, what: string) => `operation "${operation}" requires ${show(what)}, which is not among its params`,
  schema: (operation: string, what: string) => `operation "${operation}" has no schema for its parameter ${show(what)}; write {} where any value will do`,
  order: (operation: string, what: string) => `operation "${operation}" has a parameter ${show(what)}; a name begins with a letter`,
};

export function invalidDefinition(name: string, fault: keyof typeof definitionFaults, operation = '', what = ''): SugaError {
  return new SugaError('InvalidDefinition', `Interface "${name}": ${definitionFaults[fault](operation, what)}.`);
}

export function invalidSchema({ interface: name, name: operation }: Operation, param: string, cause: unknown): SugaError {
  const message = `Interface "${name}": operation "${operation}" has a schema for ${show(param)} that cannot be used: ${messageOf(cause)}`;
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
    `Package "${from}" exports neither "${name}" nor a default: an interface package exports a function of its interface's name that gives the definition.`,
  );
}

export function invalidSetting(item: string): SugaError {
  return new SugaError('InvalidDefinition', `SUGA_INTERFACES: ${show(item.trim())} is not of the form name=package, as in "payments=@acme/suga-payments".`);
}

function hint(name: unknown, known: readonly string[]): string {
  const meant = typeof name === 'string' ? nearest(name, known) : undefined;
  return meant ? `Did you mean "${meant}"?` : `Known: ${known.join(', ') || 'none'}.`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : show(error));

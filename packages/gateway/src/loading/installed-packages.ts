import type { AnyInterface } from '../gateway.js';
import { errors } from '../lazy.js';
import type { Lazy } from '../registry.js';
import { isName } from './validate-definition.js';

/**
 * Definitions by name, each found when it is first used: the packages of `@suga`, then those that `setting` adds or replaces
 * (`name=package`, separated by commas). No other package is ever required, whatever name an event contains.
 */
export function installedPackages(names: readonly string[], setting = ''): Lazy {
  const packages = new Map(names.map((name) => [name, `@suga/${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`]));
  for (const item of setting.split(',')) {
    const [name, from] = item.trim().split(/\s*=\s*/);
    if (name && from && isName(name)) packages.set(name, from);
    else if (name) throw errors().invalidSetting(item);
  }
  return new Map([...packages].map(([name, from]) => [name, () => definitionIn(name, from)]));
}

function definitionIn(name: string, from: string): AnyInterface {
  const exported = fetch(name, from);
  const make = exported?.[name] ?? exported?.['default'] ?? exported;
  const definition: unknown = typeof make === 'function' ? make() : make;
  if (!(definition as AnyInterface | undefined)?.operations) throw errors().nothingExported(name, from);
  return definition as AnyInterface;
}

/** Requires the function's own copy, else the one beside this file (usually in the layer). In an ES module bundle there is no `__filename`. */
function fetch(name: string, from: string): Record<string, unknown> | undefined {
  let missing: unknown;
  const own = `${process.env['LAMBDA_TASK_ROOT'] ?? process.cwd()}/`;
  for (const place of typeof __filename === 'string' ? [own, __filename] : [own]) {
    try {
      return process.getBuiltinModule('node:module').createRequire(place)(from);
    } catch (error) {
      // Look elsewhere only if this package itself is missing, and not one that it requires.
      if (!(error as Error | undefined)?.message?.startsWith(`Cannot find module '${from}'`)) throw errors().packageFailed(from, error);
      missing = error;
    }
  }
  throw errors().notInstalled(name, from, missing);
}

import { isName } from './validate-definition.js';
import type { AnyInterface } from '../gateway.js';
import { faults } from '../lazy.js';
import type { Lazy } from '../registry.js';

/**
 * Definitions by name, each looked for when it is first wanted: those of `@suga`, then what `setting` adds or replaces
 * (`name=package`, separated by commas). No other package is ever looked for, whatever name an event brings.
 */
export function installed(names: readonly string[], setting = ''): Lazy {
  const packages = new Map(names.map((name) => [name, `@suga/${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`]));
  for (const item of setting.split(',')) {
    const [name, from] = item.trim().split(/\s*=\s*/);
    if (name && from && isName(name)) packages.set(name, from);
    else if (name) throw faults().invalidSetting(item);
  }
  return new Map([...packages].map(([name, from]) => [name, () => definitionIn(name, from)]));
}

function definitionIn(name: string, from: string): AnyInterface {
  const exported = fetch(name, from);
  const make = exported?.[name] ?? exported?.['default'] ?? exported;
  const definition: unknown = typeof make === 'function' ? make() : make;
  if (!(definition as AnyInterface | undefined)?.operations) throw faults().nothingExported(name, from);
  return definition as AnyInterface;
}

/** Requires the function's own copy, else the one beside this file (mostly the layer's). Bundled into an ES module, this file has no name. */
function fetch(name: string, from: string): Record<string, unknown> | undefined {
  let missing: unknown;
  const own = `${process.env['LAMBDA_TASK_ROOT'] ?? process.cwd()}/`;
  for (const place of typeof __filename === 'string' ? [own, __filename] : [own]) {
    try {
      return process.getBuiltinModule('node:module').createRequire(place)(from);
    } catch (error) {
      // Only that very package not being there is a reason to look elsewhere.
      if (!(error as Error | undefined)?.message?.startsWith(`Cannot find module '${from}'`)) throw faults().packageFailed(from, error);
      missing = error;
    }
  }
  throw faults().notInstalled(name, from, missing);
}

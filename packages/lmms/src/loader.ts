import type { Script } from 'node:vm';

/** What is used of Node's module system. Its functions are public by long habit, and typed nowhere. */
interface ModuleSystem {
  readonly _extensions: Record<string, Extension>;
  readonly _cache: NodeJS.Dict<NodeModule>;
  _resolveFilename(request: string, parent: NodeModule, isMain: boolean, options?: object): string;
  wrap(source: string): string;
}
type Extension = (module: NodeModule, filename: string) => unknown;
type Wrapper = (...args: readonly unknown[]) => unknown;

const system = (): ModuleSystem => process.getBuiltinModule('node:module') as unknown as ModuleSystem;

/** The text that a script is compiled from: the module's function around the source. */
export const wrapped = (source: string): string => system().wrap(source);

/**
 * Has CommonJS files compiled by a function of ours, where that gives a script; all others are loaded as ever. Gives the function that undoes it.
 */
export function hookLoader(compile: (filename: string, source: string) => Script | undefined): () => void {
  const { _extensions: extensions } = system();
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const original = extensions['.js'] as Extension;
  const hooked: Extension = (module, filename) => {
    const script = scriptOf(() => compile(filename, plainSource(readFileSync(filename, 'utf8'))));
    if (!script) return original(module, filename);
    const { dirname } = process.getBuiltinModule('node:path');
    return (script.runInThisContext() as Wrapper).call(module.exports, module.exports, requireOf(module), module, filename, dirname(filename));
  };
  extensions['.js'] = hooked;
  return () => {
    if (extensions['.js'] === hooked) extensions['.js'] = original;
  };
}

/** @throws Error for what Node cuts off before it compiles (a byte order mark, a line for the shell): that is left to Node. */
function plainSource(source: string): string {
  if (/^(?:\uFEFF|#!)/.test(source)) throw new Error('left to Node');
  return source;
}

/** Whatever goes wrong with a script of ours, the file can still be loaded as ever. */
function scriptOf(make: () => Script | undefined): Script | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** As Node makes it for a module. `createRequire` would stand between the module and what it requires. */
function requireOf(module: NodeModule): object {
  const { _extensions: extensions, _cache: cache } = system();
  const resolve = (request: string, options?: object): string => system()._resolveFilename(request, module, false, options);
  return Object.assign((id: string): unknown => module.require(id), { resolve, main: process.mainModule, extensions, cache });
}

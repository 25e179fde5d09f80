import type { Script } from 'node:vm';

/** The functions of Node's module system that are used here. Many packages rely on them, but no type declares them. */
interface ModuleSystem {
  readonly _extensions: Record<string, Extension>;
  readonly _cache: NodeJS.Dict<NodeModule>;
  _resolveFilename(request: string, parent: NodeModule, isMain: boolean, options?: object): string;
  wrap(source: string): string;
}
type Extension = (module: NodeModule, filename: string) => unknown;
type Wrapper = (...args: readonly unknown[]) => unknown;

const system = (): ModuleSystem => process.getBuiltinModule('node:module') as unknown as ModuleSystem;

/** Returns the source inside the module's function, as Node compiles it. */
export const wrapped = (source: string): string => system().wrap(source);

/**
 * Lets `compile` compile CommonJS files. If it returns undefined or throws, the file loads as usual. Returns a function that undoes the hook.
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

/** Returns the source. @throws Error if it starts with a byte order mark or a shell line: Node removes these before it compiles. */
function plainSource(source: string): string {
  if (/^(?:\uFEFF|#!)/.test(source)) throw new Error('left to Node');
  return source;
}

/** Returns the script, or undefined if making it fails, because the file can still be loaded as usual. */
function scriptOf(make: () => Script | undefined): Script | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Creates `require` as Node does for a module. With `createRequire`, the module would not be the parent of the modules it requires. */
function requireOf(module: NodeModule): object {
  const { _extensions: extensions, _cache: cache } = system();
  const resolve = (request: string, options?: object): string => system()._resolveFilename(request, module, false, options);
  return Object.assign((id: string): unknown => module.require(id), { resolve, main: process.mainModule, extensions, cache });
}

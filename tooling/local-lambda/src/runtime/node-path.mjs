// Lambda's own Node looks through NODE_PATH for `import` too; the official one only does so for `require`.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const notFound = (error) => error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
const isBare = (specifier) => !/^(\.{0,2}\/|#|[a-z][a-z0-9+.-]*:)/i.test(specifier);

/** A resolve hook that turns to the folders of a NODE_PATH when Node itself has found no such package. */
export function nodePathResolver(nodePath) {
  const folders = nodePath.split(':').filter(Boolean);
  return (specifier, context, next) => {
    try {
      return next(specifier, context);
    } catch (error) {
      // A `require` that fails has been through NODE_PATH already, and says MODULE_NOT_FOUND.
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || !isBare(specifier)) throw error;
      const found = firstIn(folders, specifier, context, next);
      if (found === undefined) throw error;
      return found;
    }
  };
}

function firstIn(folders, specifier, context, next) {
  for (const folder of folders) {
    try {
      const found = basename(folder) === 'node_modules' ? asPackage(folder, specifier, context, next) : asFile(folder, specifier);
      if (found !== undefined) return found;
    } catch (error) {
      if (!notFound(error)) throw error;
    }
  }
  return undefined;
}

function asPackage(folder, specifier, context, next) {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  // Node would climb on to folders above, which NODE_PATH does not name.
  if (!existsSync(join(folder, name))) return undefined;
  return next(specifier, { ...context, parentURL: pathToFileURL(join(dirname(folder), 'any.mjs')).href });
}

function asFile(folder, specifier) {
  const path = createRequire(join(folder, 'any.cjs')).resolve(`./${specifier}`);
  return { url: pathToFileURL(path).href, shortCircuit: true };
}

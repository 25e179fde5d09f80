import type { Files } from './workbench.ts';

/** A layer of CommonJS packages. One of them differs for each Node version. */
export const first: Files = {
  'nodejs/node_modules/shared/index.js': "module.exports = 'shared of the first layer';",
  'nodejs/node_modules/classic/index.js': "module.exports = 'classic sees ' + require('shared');",
  'nodejs/node_modules/versioned/index.js': "module.exports = 'for any Node';",
  'nodejs/node22/node_modules/versioned/index.js': "module.exports = 'for Node 22';",
  'nodejs/node24/node_modules/versioned/index.js': "module.exports = 'for Node 24';",
};

/** A layer of ES modules. One file replaces a file of the first layer. */
export const second: Files = {
  'nodejs/node_modules/shared/index.js': "module.exports = 'shared of the second layer';",
  'nodejs/node_modules/modern/package.json': JSON.stringify({ type: 'module', exports: { '.': { import: './lib/index.js' }, './deep': './lib/deep.js' } }),
  'nodejs/node_modules/modern/lib/index.js': "export const modern = 'module';",
  'nodejs/node_modules/modern/lib/deep.js': "export default 'deep module';",
  'nodejs/node_modules/@scope/named/package.json': JSON.stringify({ type: 'module', exports: './index.js' }),
  'nodejs/node_modules/@scope/named/index.js': "export { modern as named } from 'modern';",
  'nodejs/node_modules/only-esm/package.json': JSON.stringify({ type: 'module', exports: './index.js' }),
  'nodejs/node_modules/only-esm/index.js': 'export const answer = 42;',
};

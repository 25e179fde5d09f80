// Bakes a core after its operations ran: node bake.cjs <core> <folder>.
const { mkdirSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');
const { hookLoader, idOf, packName, toPack, wrapped } = require('@suga/lmms/baked');

const [, , core, folder] = process.argv;
let baked;
hookLoader((filename, source) => {
  if (filename !== core) return undefined;
  baked = { source, script: new Script(wrapped(source), { filename }) };
  return baked.script;
});
require(core)
  .make()
  .config.region()
  .then(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${packName()}`, toPack([{ path: idOf(core), source: baked.source, data: baked.script.createCachedData() }]));
    console.log('{}');
  });

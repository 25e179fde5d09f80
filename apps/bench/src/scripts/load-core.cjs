// Prints what loading a core takes in ms, with all that reading baked code takes: node load-core.cjs <core> [<folder>]. Node's own parts are loaded before.
for (const name of ['http', 'https', 'http2', 'zlib', 'crypto', 'stream', 'fs/promises', 'child_process', 'os', 'vm', 'v8']) require(`node:${name}`);
const { useBaked } = require('@suga/lmms/baked');

const [, , core, folder] = process.argv;
const started = process.hrtime.bigint();
const baked = folder && useBaked(folder);
require(core).make();
const took = Number(process.hrtime.bigint() - started) / 1e6;
if (baked && baked.used !== 1) throw new Error(JSON.stringify(baked));
console.log(JSON.stringify({ took }));

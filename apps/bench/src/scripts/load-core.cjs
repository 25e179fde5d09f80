// Prints the load time of a core in ms: node load-core.cjs <core> [<folder>]. It includes all work for reading baked code. Node's own modules are loaded before.
for (const name of ['http', 'https', 'http2', 'zlib', 'crypto', 'stream', 'fs/promises', 'child_process', 'os', 'vm', 'v8']) require(`node:${name}`);
const { useBaked } = require('@suga/lmms/baked');

const [, , core, folder] = process.argv;
const started = process.hrtime.bigint();
const baked = folder && useBaked(folder);
require(core).make();
const took = Number(process.hrtime.bigint() - started) / 1e6;
if (baked && baked.used !== 1) throw new Error(JSON.stringify(baked));
console.log(JSON.stringify({ took }));

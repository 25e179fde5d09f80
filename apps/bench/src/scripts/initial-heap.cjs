// Prints the growth of the heap with twelve interfaces, three of them used: node initial-heap.cjs <layer> lazy|eager.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [, , layer, mode] = process.argv;
const fromLayer = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'));
gc();
const before = process.memoryUsage().heapUsed;
const { gateway, control } = fromLayer('@suga/gateway/auto');
control(gateway).use(fromLayer('@suga/lmms').lmms({ lazyLoading: mode === 'lazy' }));

gateway.cache.set('key', 1);
gateway.config.get('KEY', '');
gateway.metrics.increment('Used');
gc();
gc();
console.log(JSON.stringify({ growth: process.memoryUsage().heapUsed - before }));

// Prints the growth of the heap in bytes after 200 cycles: load a 10 MB core, call it eight times at once, unload it.
// This is plain JavaScript, because Node's type stripping would leave megabytes in the first reading.
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { control, createGateway } from '@suga/gateway';

const CYCLES = 200;

const gateway = createGateway({ heavy: createRequire(import.meta.url)('./heavy.cjs').heavy() });
const { sum, later } = gateway.heavy;

async function heap() {
  // V8 frees some objects only after several rounds, such as optimized code with weak references.
  for (let pass = 0; pass < 20; pass++) {
    await setImmediate();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

async function cycle() {
  await Promise.all(Array.from({ length: 8 }, later));
  sum();
  if (!control(gateway).unload('heavy').unloaded) throw new Error('not unloaded');
}

const before = await heap();
for (let round = 0; round < CYCLES; round++) await cycle();
const after = await heap();
sum();
console.log(JSON.stringify({ growth: after - before, core: (await heap()) - after }));

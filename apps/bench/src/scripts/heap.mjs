// Prints by how many bytes the heap has grown after 200 cycles of loading a 10 MB core, calling it eight times at once, and unloading it.
// Plain JavaScript: Node's own type stripping would leave megabytes in the first reading.
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { control, createGateway } from '@suga/gateway';

const CYCLES = 200;

const gateway = createGateway({ heavy: createRequire(import.meta.url)('./heavy.cjs').heavy() });
const { sum, later } = gateway.heavy;

async function heap() {
  // V8 gives up some things only after several rounds: optimized code, weakly held.
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

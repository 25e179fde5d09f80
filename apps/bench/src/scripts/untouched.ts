// Prints the time in ns of a hot call that no middleware wraps (`cache.has`, which has no batch): without middleware, with ofb, and with ftpms.
import { cache } from '@suga/cache';
import { ftpms } from '@suga/ftpms';
import { createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { inTurn } from '../turns.ts';

const CALLS = 100_000;

// The warning about the missing ledger is expected.
process.removeAllListeners('warning');
const none = createGateway({ cache: cache() }).cache;
const fusing = createGateway({ cache: cache() }, { middleware: [ofb()] }).cache;
const protecting = createGateway({ cache: cache() }, { middleware: [ftpms()] }).cache;

// Each variant has a loop of its own, as calls in a program have.
const variants = {
  async none() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += none.has('key') ? 1 : 0;
    return sum;
  },
  async ofb() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += fusing.has('key') ? 1 : 0;
    return sum;
  },
  async ftpms() {
    let sum = 0;
    for (let call = 0; call < CALLS; call++) sum += protecting.has('key') ? 1 : 0;
    return sum;
  },
};

// Programs call more than one operation. V8 has to see that before it optimizes calls.
for (const api of [none, fusing, protecting]) {
  for (let warm = 0; warm < 2_000; warm++) {
    api.set('key', 1);
    if (api.get('key') !== 1 || !api.has('key') || api.delete('gone') || api.getMany(['key', 'other']).length !== 2) throw new Error('unexpected');
  }
}
const taken = await inTurn(variants, { rounds: 101, warm: 5 });
console.log(JSON.stringify(Object.fromEntries(Object.entries(taken).map(([name, ms]) => [name, (ms * 1e6) / CALLS]))));

// Prints the time in ns of a call that is warm but not hot yet (calls 200 to 900 of a process): directly, and through a gateway with lmms.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Cache, cache } from '@suga/cache';
import { createGateway } from '@suga/gateway';
import { lmms } from '@suga/lmms';

const { create } = createRequire(fileURLToPath(import.meta.resolve('@suga/cache')))('./core.js') as {
  create(options: object, host: object): { operations: Cache };
};
const apis = { direct: create({}, {}).operations, lmms: createGateway({ cache: cache() }, { middleware: [lmms()] }).cache };
const took = { direct: 0, lmms: 0 };

for (const api of Object.values(apis)) api.set('key', 1);
for (const [name, api] of Object.entries(apis) as [keyof typeof apis, Cache][]) {
  let sum = 0;
  for (let call = 0; call < 200; call++) sum += api.get<number>('key') as number;
  const started = process.hrtime.bigint();
  for (let call = 0; call < 700; call++) sum += api.get<number>('key') as number;
  took[name] = Number(process.hrtime.bigint() - started) / 700;
  if (sum !== 900) throw new Error('unexpected');
}
console.log(JSON.stringify(took));

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { control, createGateway } from '@suga/gateway';
import { expect, it } from 'vitest';
import { single } from './fixtures/notes.js';

const built = createRequire(import.meta.url).resolve('@suga/gateway');

it('counts and answers alike before an operation is hot and after, also where Node may not generate code', () => {
  const script = `
    const { createGateway, control } = require(${JSON.stringify(built)});
    const it = { operations: { run: { params: { a: {} } } }, load: () => ({ operations: { run: (a) => a + 1 } }) };
    const gateway = createGateway({ it });
    const { run } = gateway.it;
    for (let call = 0; call < 5000; call++) gateway.it.run(call);
    console.log(JSON.stringify([run(1), control(gateway).execute('it', 'run', { a: 2 }), control(gateway).stats().interfaces.it.calls]));`;
  for (const flags of [[], ['--disallow-code-generation-from-strings']]) {
    const out = execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([2, 3, 5002]);
  }
});

it('an operation that gets hot is another function on the facade, and the same operation', () => {
  const it = single({ params: { a: {} } }, (a: number, ...more: number[]) => a + 1 + more.length);
  const gateway = createGateway({ it: it as never }) as unknown as { it: { run(...args: number[]): number } };
  const { run } = gateway.it;
  for (let call = 1; call < 1000; call++) gateway.it.run(call);
  expect(gateway.it.run).toBe(run);
  expect(gateway.it.run(1)).toBe(2);
  const hot = gateway.it.run;
  expect(hot).not.toBe(run);
  expect([run(1), hot(1, 5), gateway.it.run(2)]).toEqual([2, 3, 3]);
  expect(gateway.it.run).toBe(hot);
  const undo = control(gateway as never).override('it', 'run', () => () => 0);
  expect([run(1), hot(1)]).toEqual([0, 0]);
  undo();
  expect(control(gateway as never).stats().interfaces['it']?.calls).toBe(1005);
});

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

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

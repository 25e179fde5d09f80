import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const patience = fileURLToPath(import.meta.resolve('@suga/vitest/patience'));

it('makes limits longer but not pauses, and keeps timers within Node’s maximum', () => {
  const code = `
    process.on('warning', ({ name }) => console.log(name));
    const timers = [3000, 1000, 999, 1500.5, 2_000_000_000, undefined].map((ms) => setTimeout(console.log, ms, 'done'));
    console.log(JSON.stringify(timers.map((timer) => timer._idleTimeout)));
    for (const timer of timers.slice(0, -1)) clearTimeout(timer);`;
  const lines = execFileSync(process.execPath, ['--require', patience, '-e', code], { encoding: 'utf8' }).trim().split('\n');
  expect(lines).toEqual(['[300000,100000,999,1500.5,2147483647,1]', 'done']);
});

import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { suga } from './suga.js';

describe('the command line', () => {
  it.each([[], ['help'], ['--help'], ['-h'], ['help', 'help']])('lists its commands: %j', async (...args) => {
    const { code, out } = await suga(args);
    expect(code).toBe(0);
    for (const name of ['report', 'profile', 'bake', 'ftpms']) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(['report', 'profile', 'bake'])('explains how to call %s, in two ways', async (name) => {
    const [one, other] = await Promise.all([suga(['help', name]), suga([name, '--help'])]);
    expect(one.code).toBe(0);
    expect(one.out).toMatch(new RegExp(`^suga ${name} .*--memory`));
    expect(other).toEqual(one);
  });

  it('prints its version', async () => {
    expect(await suga(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it.each([
    [['reprot'], 'unknown command reprot (did you mean report?)'],
    [['help', 'bke'], 'unknown command bke (did you mean bake?)'],
    [['--versoin'], 'unknown option --versoin (did you mean --version?)'],
    [['report', 'x.json', '--memroy', '5'], 'unknown option --memroy (did you mean --memory?)'],
    [['bake', '--include=x', '--rum', 'x'], 'unknown option --rum (did you mean --run?)'],
    [['something'], 'unknown command something; use one of report, profile, bake, ftpms, help.'],
    [['dev'], 'unknown command dev; use one of report,'],
    [['elp'], 'unknown command elp (did you mean help?)'],
    [['-x'], 'unknown option -x; use one of --help, -h, --version, -v.'],
    [['constructor'], 'unknown command constructor; use one of report,'],
    [['report', '--__proto__', 'x'], 'unknown option --__proto__; use one of --'],
    [['report', '-x'], 'unknown option -x; use one of --'],
    [['report'], 'no file given'],
    [['report', 'x.json', '--memory'], "'--memory <value>' argument missing"],
    [['report', 'x.json', '--json=yes'], "'--json' does not take an argument"],
    [['report', 'x.json', '--memory', '64'], '--memory must be'],
    [['report', 'x.json', '--memory', 'much'], '--memory must be'],
    [['profile', 'x.json'], '--memory is missing'],
    [['profile', '--memory', '512'], 'no file given'],
    [['bake', '--out', 'x'], '--run is missing'],
    [['bake', '--run', 'x'], '--out is missing'],
    [['bake', 'warm.cjs', '--out', 'x'], 'unexpected argument "warm.cjs"'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await suga(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`suga: ${words.startsWith("'") ? 'Option ' : ''}${words}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

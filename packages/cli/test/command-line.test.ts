import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { suga } from './suga.js';

describe('the command line', () => {
  it.each([[], ['help'], ['--help'], ['-h'], ['help', 'help']])('tells its commands: %j', async (...args) => {
    const { code, out } = await suga(args);
    expect(code).toBe(0);
    for (const name of ['report', 'profile', 'bake', 'ftpms']) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(['report', 'profile', 'bake'])('tells how to call %s, in two ways', async (name) => {
    const [one, other] = await Promise.all([suga(['help', name]), suga([name, '--help'])]);
    expect(one.code).toBe(0);
    expect(one.out).toMatch(new RegExp(`^suga ${name} .*--memory`));
    expect(other).toEqual(one);
  });

  it('tells its version', async () => {
    expect(await suga(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it.each([
    [['reprot'], 'there is no command reprot (did you mean report?)'],
    [['help', 'bke'], 'there is no command bke (did you mean bake?)'],
    [['--versoin'], 'there is no option --versoin (did you mean --version?)'],
    [['report', 'x.json', '--memroy', '5'], 'there is no option --memroy (did you mean --memory?)'],
    [['bake', '--include=x', '--rum', 'x'], 'there is no option --rum (did you mean --run?)'],
    [['something'], 'there is no command something; there are report, profile, bake, ftpms, help.'],
    [['dev'], 'there is no command dev; there are report,'],
    [['elp'], 'there is no command elp (did you mean help?)'],
    [['-x'], 'there is no option -x; there are --help, -h, --version, -v.'],
    [['constructor'], 'there is no command constructor; there are report,'],
    [['report', '--__proto__', 'x'], 'there is no option --__proto__; there are --'],
    [['report', '-x'], 'there is no option -x; there are --'],
    [['report'], 'there is no file'],
    [['report', 'x.json', '--memory'], "'--memory <value>' argument missing"],
    [['report', 'x.json', '--json=yes'], "'--json' does not take an argument"],
    [['report', 'x.json', '--memory', '64'], '--memory must be'],
    [['report', 'x.json', '--memory', 'much'], '--memory must be'],
    [['profile', 'x.json'], '--memory is missing'],
    [['profile', '--memory', '512'], 'there is no file'],
    [['bake', '--out', 'x'], '--run is missing'],
    [['bake', '--run', 'x'], '--out is missing'],
    [['bake', 'warm.cjs', '--out', 'x'], '"warm.cjs" is too much'],
  ])('refuses %j', async (args, words) => {
    const { code, out, err } = await suga(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`suga: ${words.startsWith("'") ? 'Option ' : ''}${words}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

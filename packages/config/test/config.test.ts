import { type ConfigOptions, config } from '@suga/config';
import { control, createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const fresh = (options?: ConfigOptions) => createGateway({ config: config(options) }).config;
const environment = { TABLE: 'devices', LIMIT: ' 25 ', FLAG: 'Yes', OFF: '0', LIST: '["a"]', EMPTY: '', BAD: 'secret-value' };

describe('settings', () => {
  it('come from code, then the environment, then the defaults', () => {
    const settings = fresh({ environment, defaults: { TABLE: 'other', REGION: 'eu-west-1', RETRIES: 3 } });
    expect(settings.get('TABLE')).toBe('devices');
    expect(settings.get('REGION')).toBe('eu-west-1');
    expect(settings.getNumber('RETRIES')).toBe(3);
    settings.set('TABLE', 'mine');
    expect(settings.get('TABLE')).toBe('mine');
    settings.reload();
    expect(settings.get('TABLE')).toBe('devices');
  });

  it('read the process environment as it is now', () => {
    const settings = fresh();
    process.env['SUGA_TEST_SETTING'] = 'one';
    expect(settings.get('SUGA_TEST_SETTING')).toBe('one');
    delete process.env['SUGA_TEST_SETTING'];
    expect(settings.get('SUGA_TEST_SETTING', 'none')).toBe('none');
  });

  it('are converted, or refused by name without their value', () => {
    const settings = fresh({ environment });
    expect(settings.getNumber('LIMIT')).toBe(25);
    expect([settings.getBoolean('FLAG'), settings.getBoolean('OFF')]).toEqual([true, false]);
    expect(settings.getJson<string[]>('LIST')).toEqual(['a']);
    for (const read of [settings.getNumber, settings.getBoolean, settings.getJson]) {
      const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('"BAD"') });
      expect(() => read('BAD')).toThrow(refused);
      expect(() => read('BAD')).not.toThrow(/secret-value/);
    }
    expect(() => settings.getNumber('BAD')).toThrow('config: "BAD" is set, but is not a number.');
    expect(() => settings.getBoolean('BAD')).toThrow('config: "BAD" is set, but is not true or false');
    expect(() => settings.getJson('BAD')).toThrow('config: "BAD" is set, but is not JSON.');
  });

  it('that are empty or missing return the fallback', () => {
    const settings = fresh({ environment });
    expect([
      settings.get('EMPTY'),
      settings.get('EMPTY', 'f'),
      settings.getNumber('NONE', 7),
      settings.getBoolean('NONE', false),
      settings.getJson('NONE', [1]),
    ]).toEqual([undefined, 'f', 7, false, [1]]);
    const emptied = fresh({ environment, defaults: { BLANK: '', GONE: undefined as never } });
    emptied.set('TABLE', '');
    expect([emptied.get('TABLE'), emptied.get('BLANK', 'f'), emptied.get('GONE', 'f')]).toEqual(['devices', 'f', 'f']);
    expect(() => settings.getRequired('NONE')).toThrow(/set the environment variable NONE/);
    expect(settings.getRequired('TABLE')).toBe('devices');
  });

  it('are listed by prefix', () => {
    const settings = fresh({ environment, defaults: { LAST: 1 } });
    settings.set('LIMIT', 1);
    expect(settings.getAll('L')).toEqual({ LAST: '1', LIMIT: '1', LIST: '["a"]' });
    expect(Object.keys(settings.getAll())).not.toContain('EMPTY');
  });

  it.each(['__proto__', 'constructor', 'toString'])('of the name %j are like any other', (name) => {
    const settings = fresh({ environment });
    expect(settings.get(name)).toBeUndefined();
    settings.set(name, 'x');
    expect(settings.get(name)).toBe('x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('refuse names and values that cannot be settings', () => {
    const settings = fresh();
    for (const key of ['', undefined, 5]) expect(() => settings.get(key as string)).toThrow(/non-empty/);
    for (const key of ['', undefined, 5]) expect(() => settings.set(key as string, 1)).toThrow(/non-empty/);
    expect(() => settings.set('KEY', {} as never)).toThrow('"KEY" must be a string, a number or a boolean, got object.');
    expect(() => settings.get(5 as never)).toThrow('got 5.');
    expect(() => settings.getCategory([] as never)).toThrow('got an array.');
    for (const value of [undefined, null, {}, () => 1]) expect(() => settings.set('KEY', value as never)).toThrow(/"KEY" must be a string/);
  });

  it('are the same for overlapping invocations', async () => {
    const gateway = createGateway({ config: config({ environment }) });
    const read = (index: number) =>
      control(gateway).run({ id: `r${index}` }, async () => {
        await null;
        return gateway.config.get('TABLE');
      });
    expect(new Set(await Promise.all(Array.from({ length: 100 }, (_, index) => read(index))))).toEqual(new Set(['devices']));
  });

  it('cannot be called by events, and say which state an unload would lose', () => {
    const gateway = createGateway({ config: config({ environment }) });
    expect(control(gateway).execute('config', 'get', { key: 'TABLE' })).toBe('devices');
    expect(() => control(gateway).execute('config', 'getAll', {}, { remote: true })).toThrow(expect.objectContaining({ code: 'NotRemote' }));
    expect(control(gateway).heldState('config')).toBeUndefined();
    gateway.config.set('A', 1);
    expect(control(gateway).heldState('config')).toBe('1 settings made in code');
  });

  it('return any string, number, boolean and JSON that was set', () => {
    const settings = fresh({ environment: {} });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (key, value) => {
        settings.set(key, value);
        expect(settings.get(key)).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        settings.set('N', value);
        expect(settings.getNumber('N')).toBe(value === 0 ? 0 : value);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        settings.set('J', JSON.stringify(value));
        expect(settings.getJson('J')).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

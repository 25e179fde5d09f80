import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigOptions, config } from '@suga/config';
import { createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'suga-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());
const fresh = (options?: ConfigOptions) => createGateway({ config: config({ environment: {}, ...options }) }).config;
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('priority', () => {
  it('is code, environment, file, preset, default, whichever of them have the setting', () => {
    const path = file('priority.json', '{"KEY":"file"}');
    fc.assert(
      fc.property(fc.subarray(['code', 'environment', 'file', 'preset', 'default']), (layers) => {
        const settings = fresh({
          environment: layers.includes('environment') ? { KEY: 'environment' } : { KEY: '' },
          defaults: layers.includes('default') ? { KEY: 'default' } : {},
          presets: { one: layers.includes('preset') ? { KEY: 'preset' } : {} },
          preset: 'one',
        });
        if (layers.includes('file')) settings.loadFile(path);
        if (layers.includes('code')) settings.set('KEY', 'code');
        expect([settings.get('KEY'), settings.getAll()['KEY']]).toEqual([layers[0], layers[0]]);
      }),
    );
  });
});

describe('presets', () => {
  it('are switched as wholes, and reload returns to the first', () => {
    const settings = fresh({ presets: { a: { X: 1, Y: 1 }, b: { X: 2 } }, preset: 'a' });
    expect(settings.getAll()).toEqual({ X: '1', Y: '1' });
    settings.usePreset('b');
    expect(settings.getAll()).toEqual({ X: '2' });
    expect(settings.stats()).toMatchObject({ preset: 'b', presets: ['minimum', 'standard', 'maximum', 'a', 'b'] });
    settings.reload();
    expect(settings.stats().preset).toBe('a');
  });

  it('that are built in configure only the caching of stores, and may be replaced', () => {
    expect(fresh().getAll()).toEqual({});
    expect(fresh({ preset: 'minimum' }).getAll()).toEqual({ SUGA_CONFIG_MAX_ENTRIES: '100', SUGA_CONFIG_TTL: '900000' });
    expect(fresh({ preset: 'minimum', presets: { minimum: { A: 1 } } }).getAll()).toEqual({ A: '1' });
    expect(fresh({ preset: 'minimum', presets: { minimum: undefined } as never }).getAll()).toEqual(fresh({ preset: 'minimum' }).getAll());
  });

  it.each(['none', '__proto__', 'constructor', undefined, 5])('that do not exist (%j) are refused with the names of those that do', (name) => {
    const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('"minimum", "standard", "maximum"') });
    expect(() => fresh().usePreset(name as string)).toThrow(refused);
    if (name !== undefined) expect(() => fresh({ preset: name as string }).get('A')).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: refused }));
  });
});

describe('files', () => {
  it('contain strings, numbers, booleans and JSON; a later file takes precedence', () => {
    const settings = fresh();
    expect(settings.loadFile(file('one.json', '\uFEFF{"A":"a","N":5,"B":true,"O":{"deep":[1]},"NIL":null,"__proto__":"odd"}'))).toBe(5);
    settings.loadFile(file('two.json', '{"A":"later"}'));
    expect([settings.get('A'), settings.getNumber('N'), settings.getBoolean('B'), settings.getJson('O'), settings.get('NIL')]).toEqual([
      'later',
      5,
      true,
      { deep: [1] },
      undefined,
    ]);
    expect(settings.get('__proto__')).toBe('odd');
    expect(settings.stats().files).toHaveLength(2);
  });

  it("are read from the function's folder, and again by a reload, all or nothing", () => {
    vi.stubEnv('LAMBDA_TASK_ROOT', folder);
    file('settings.json', '{"A":1}');
    const settings = fresh();
    settings.loadFile('settings.json');
    settings.set('A', 5);
    file('settings.json', '{"A":2}');
    settings.reload();
    expect(settings.get('A')).toBe('2');
    settings.set('A', 6);
    file('settings.json', 'no JSON');
    expect(() => settings.reload()).toThrow(/settings\.json/);
    expect(settings.get('A')).toBe('6');
  });

  it('with other content are named, but their content is never shown', () => {
    for (const text of ['secret-value', '["secret-value"]', 'null', '5', '{"a":"secret-value"', '']) {
      const path = file('bad.json', text);
      const error = expect.objectContaining({ code: 'InvalidValue', message: expect.stringContaining('bad.json') });
      expect(() => fresh().loadFile(path)).toThrow(error);
      expect(() => fresh().loadFile(path)).not.toThrow(/secret-value/);
    }
    expect(() => fresh().loadFile(join(folder, 'none.json'))).toThrow(
      expect.objectContaining({ code: 'NotFound', message: expect.stringContaining('does not exist') }),
    );
    expect(() => fresh().loadFile(folder)).toThrow(expect.objectContaining({ code: 'NotFound', message: expect.stringContaining('cannot be read') }));
    for (const path of ['', undefined, {}, 'a\0b']) expect(() => fresh().loadFile(path as string)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });
});

describe('categories', () => {
  it('are the settings after a prefix and a separator', () => {
    const settings = fresh({ environment: { DB_HOST: 'h', 'DB.PORT': '1', DBX_A: 'no', DB: 'no', DB_: 'no' } });
    expect(settings.getCategory('DB')).toEqual({ HOST: 'h', PORT: '1' });
    expect(settings.getCategory('NONE')).toEqual({});
    for (const name of ['', undefined]) expect(() => settings.getCategory(name as string)).toThrow(/"category"/);
  });

  it('contain every name that starts with them', () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(word, fc.constantFrom('_', '.', '/', ':', '-'), word, (category, separator, rest) => {
        const settings = fresh({ environment: Object.fromEntries([[category + separator + rest, 'x']]) });
        expect(settings.getCategory(category)).toEqual(Object.fromEntries([[rest, 'x']]));
      }),
    );
  });
});

describe('options', () => {
  it.each([{ ttl: -1 }, { ttl: '5' as never }, { maxEntries: 0 }, { staleIfError: Number.NaN }, { timeout: 0 }, { timeout: 2 ** 31 }])(
    '%j are refused',
    (options) => {
      const [name = ''] = Object.keys(options);
      expect(() => fresh(options).get('A')).toThrow(
        expect.objectContaining({
          code: 'LoadFailed',
          cause: expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) }),
        }),
      );
    },
  );
});

import type { Core, Host } from '@suga/gateway';
import { assertArray, assertName, assertObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { toBoolean } from '@suga/gateway/settings';
import type { Config, ConfigOptions, OutputOf, Source, StandardSchema } from './contract.js';
import { assertClients, parseLimits } from './remote/limits.js';
import type { AnyRead, Remote } from './remote/remote.js';
import { parse } from './settings/files.js';
import { check } from './settings/schema.js';
import { SettingLayers } from './settings/setting-layers.js';

const SETTINGS = 'the settings';

export function create(options: ConfigOptions, host: Host): Core<Config> {
  parseObject('options', options);
  for (const param of ['environment', 'defaults', 'presets'] as const) parseObject(param, options[param]);
  assertClients(options.clients);
  const layers = new SettingLayers(options);
  let stores: Remote | undefined;

  /** Reads and converts a setting. The error contains its name and never its value, which may be a secret. */
  const convert = <T>(key: string, fallback: unknown, expected: string, parseText: (text: string) => T | undefined): T | undefined => {
    const text = layers.read(key);
    if (text === undefined) return fallback as T | undefined;
    const value = parseText(text.trim());
    if (value === undefined) throw unconvertible(key, expected);
    return value;
  };
  const getNumber = (key: string, fallback?: unknown): number => convert(key, fallback, 'a number', toNumber) as number;
  const limits = parseLimits(options, getNumber);
  const remote = (): Remote =>
    (stores ??= (require('./remote/remote.js') as typeof import('./remote/remote.js')).createRemote(options, { limits, host, check }));
  const readOne = async (source: object, given?: AnyRead): Promise<never> =>
    (await remote().read({ ...parseObject('options', given), ...source } as Source)) as never;
  const readMany = async (kind: 'parameter' | 'secret', names: readonly string[], given?: AnyRead): Promise<never> =>
    (await remote().many(kind, names, parseObject('options', given))) as never;

  const operations: Config = {
    get: (key: string, fallback?: unknown) => layers.read(key) ?? (fallback as string),
    getRequired: (key) => {
      const value = layers.read(key);
      if (value === undefined) throw new SugaError('InvalidParams', `config: the setting "${key}" is missing: set the environment variable ${key}.`);
      return value;
    },
    getNumber,
    getBoolean: (key: string, fallback?: unknown) => convert(key, fallback, 'true or false (also 1/0, yes/no, on/off)', toBoolean) as boolean,
    getJson: <T>(key: string, fallback?: T) => convert(key, fallback, 'JSON', parse) as T,
    set: (key, value) => layers.set(key, value),
    getAll: (prefix = '') => Object.fromEntries(layers.all(prefix)),
    getCategory: (category) => {
      assertName('config', 'category', category);
      const inside = layers.all(category).filter(([key]) => key.length > category.length + 1 && /[_./:-]/.test(key.charAt(category.length)));
      return Object.fromEntries(inside.map(([key, value]) => [key.slice(category.length + 1), value]));
    },
    reload: () => {
      layers.reload();
      stores?.clear();
    },
    loadFile: (path) => layers.loadFile(path),
    usePreset: (name) => layers.usePreset(name),
    validate: <Schema extends StandardSchema>(schema: Schema, keys?: readonly string[]) => {
      if (keys !== undefined) assertArray('config', 'keys', keys);
      const entries = keys ? keys.map((key) => [key, layers.read(key)]) : layers.all('');
      const checked = check(schema, Object.fromEntries(entries), SETTINGS);
      if (!(checked instanceof Promise)) return checked;
      checked.catch(() => undefined);
      throw invalidParam('config', 'schema', schema, 'a synchronous schema; use load for one that returns a promise');
    },
    load: async <Schema extends StandardSchema>(schema: Schema, sources?: Readonly<Record<string, string | Source>>): Promise<OutputOf<Schema>> => {
      if (sources === undefined) return check(schema, Object.fromEntries(layers.all('')), SETTINGS);
      assertObject('config', 'sources', sources);
      const stated = Object.entries(sources).filter(([, source]) => source !== undefined);
      const near = stated.filter(([, source]) => typeof source === 'string');
      const values = near.length < stated.length ? await remote().readAll(Object.fromEntries(stated)) : {};
      return check(schema, { ...values, ...Object.fromEntries(near.map(([key, setting]) => [key, layers.read(setting as string)])) }, SETTINGS);
    },
    getParameter: (name: string, given?: AnyRead) => readOne({ parameter: name }, given),
    getParameters: (names: readonly string[], given?: AnyRead) => readMany('parameter', names, given),
    getParametersByPath: (path: string, given?: AnyRead) => readOne({ path }, given),
    getSecret: (name: string, given?: AnyRead) => readOne({ secret: name }, given),
    getSecrets: (names: readonly string[], given?: AnyRead) => readMany('secret', names, given),
    getAppConfig: (profile: object, given?: AnyRead) => readOne({ appConfig: profile }, given),
    prefetch: async (sources) => remote().prefetch(sources),
    stats: () => {
      const { preset, presets, files, own } = layers;
      return { preset, presets: [...presets.keys()], files: [...files], set: [...own.keys()], stores: stores?.stats() };
    },
  };
  return {
    operations,
    heldState: () => lost(layers.own.size, stores?.size() ?? 0),
    [Symbol.dispose]: () => stores?.close(),
  };
}

function lost(set: number, cached: number): string | undefined {
  const parts = [set > 0 ? `${set} settings made in code` : '', cached > 0 ? `${cached} values read from stores` : ''];
  return parts.filter(Boolean).join(', ') || undefined;
}

/** Returns the value if it is an object or absent. The keys of a long string would be its characters. @throws `InvalidParams` */
const parseObject = <T extends object>(param: string, value: T | undefined): T | undefined =>
  value === undefined ? undefined : assertObject('config', param, value);

const toNumber = (text: string): number | undefined => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);

/** Creates the error without the setting's value, which may be a secret. */
function unconvertible(param: string, expected: string): SugaError {
  const issues = [{ param, problem: 'invalid', expected, got: 'another string' }] as const;
  return new SugaError('InvalidParams', `config: "${param}" is set, but is not ${expected}.`, { issues });
}

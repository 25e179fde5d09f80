import type { Core } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Config, ConfigOptions } from './contract.js';

const YES = /^(true|1|yes|on)$/i;
const NO = /^(false|0|no|off)$/i;

export function create({ environment = process.env, defaults = {} }: ConfigOptions): Core<Config> {
  const own = new Map<string, string>();
  const fallbacks = new Map(Object.entries(defaults).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as const])));

  const read = (key: string): string | undefined => {
    if (typeof key !== 'string' || key === '') throw invalid('key', 'a string that is not empty');
    // An empty one counts as not set, wherever it is.
    return own.get(key) || (Object.hasOwn(environment, key) && environment[key]) || fallbacks.get(key) || undefined;
  };

  /** Reads and converts; the message names the setting and never its value, which may be a secret. */
  const convert = <T>(key: string, fallback: unknown, expected: string, parse: (text: string) => T | undefined): T | undefined => {
    const text = read(key);
    if (text === undefined) return fallback as T | undefined;
    const value = parse(text.trim());
    if (value === undefined) throw invalid(key, expected);
    return value;
  };

  const operations: Config = {
    get: (key: string, fallback?: unknown) => read(key) ?? (fallback as string),
    getRequired: (key) => {
      const value = read(key);
      if (value === undefined) throw new SugaError('InvalidParams', `config: the setting "${key}" is missing: set the environment variable ${key}.`);
      return value;
    },
    getNumber: (key: string, fallback?: unknown) => convert(key, fallback, 'a number', toNumber) as number,
    getBoolean: (key: string, fallback?: unknown) => convert(key, fallback, 'true or false (also 1/0, yes/no, on/off)', toBoolean) as boolean,
    getJson: <T>(key: string, fallback?: T) => convert(key, fallback, 'JSON', toJson) as T,
    set: (key, value) => {
      if (typeof key !== 'string' || key === '') throw invalid('key', 'a string that is not empty');
      if (!['string', 'number', 'boolean'].includes(typeof value)) throw invalid(key, 'a string, a number or a boolean');
      own.set(key, String(value));
    },
    getAll: (prefix = '') => {
      const all = new Map([...fallbacks, ...Object.entries(environment).filter(([, value]) => value), ...own] as [string, string][]);
      return Object.fromEntries([...all].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    reload: () => own.clear(),
  };
  return { operations, holds: () => (own.size > 0 ? `${own.size} settings made in code` : undefined) };
}

const toNumber = (text: string): number | undefined => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);
const toBoolean = (text: string): boolean | undefined => (YES.test(text) ? true : NO.test(text) ? false : undefined);

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(key: string, expected: string): SugaError {
  return new SugaError('InvalidParams', `config: "${key}" must be ${expected}.`, {
    issues: [{ param: key, problem: 'invalid', expected, got: 'something else' }],
  });
}

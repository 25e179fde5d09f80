import { SugaError } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { LmmsOptions, Profile } from './contract.js';

/** The settings, complete. */
export type Settings = Complete<Omit<LmmsOptions, 'profile' | 'baked'>> & {
  readonly baked: string | undefined;
  /** Names to load in INIT, from the options and from what was learned. */
  readonly learned: readonly string[];
};

/** Options, completed from the environment. @throws `InvalidParams` that names the option or the variable, its value, and what is allowed */
export function parseSettings(options: LmmsOptions): Settings {
  if (typeof options !== 'object' || options === null) throw invalidSetting('options', options, 'an object');
  const { preloadFor = {}, unloadPolicy = 'time', pressure = 0.85, collect = false } = options;
  const { env } = process;
  if (unloadPolicy !== 'time' && unloadPolicy !== 'count') throw invalidSetting('unloadPolicy', unloadPolicy, '"time" or "count"');
  if (typeof preloadFor !== 'object' || preloadFor === null) throw invalidSetting('preloadFor', preloadFor, 'an object of lists');
  if (typeof pressure !== 'number' || !(pressure > 0)) throw invalidSetting('pressure', pressure, 'a number above 0');
  return {
    lazyLoading: flag('lazyLoading', options.lazyLoading, 'LAZY_LOADING_ENABLED'),
    preload: names('preload', options.preload ?? splitNames(env['PRELOAD_CRITICAL_MODULES'])),
    preloadFor: Object.fromEntries(Object.entries(preloadFor).map(([request, list]) => [request, names(`preloadFor/${request}`, list)])),
    learned: readLearned(options.profile ?? env['LMMS_PROFILE']),
    baked: options.baked ?? (env['LMMS_BAKED'] || undefined),
    unloading: flag('unloading', options.unloading, 'ENABLE_MODULE_UNLOADING'),
    unloadPolicy,
    gracePeriod: number('gracePeriod', options.gracePeriod, { variable: 'UNLOAD_GRACE_PERIOD', fallback: 30_000, unit: 1000, expected: 'of seconds from 0' }),
    minResident: number('minResident', options.minResident, { variable: 'MIN_RESIDENT_MODULES', fallback: 8 }),
    unloadThreshold: number('unloadThreshold', options.unloadThreshold, { variable: 'UNLOAD_THRESHOLD', fallback: 100 }),
    unloadCheckFrequency: number('unloadCheckFrequency', options.unloadCheckFrequency, { variable: 'UNLOAD_CHECK_FREQUENCY', fallback: 50, min: 1 }),
    fastPath: flag('fastPath', options.fastPath, 'ENABLE_FAST_PATH'),
    fastPathThreshold: number('fastPathThreshold', options.fastPathThreshold, { variable: 'FAST_PATH_THRESHOLD', fallback: 10, min: 1 }),
    hotPathProtection: flag('hotPathProtection', options.hotPathProtection, 'HOT_PATH_PROTECTION'),
    pressure,
    collect: flag('collect', collect, ''),
  };
}

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

function flag(name: string, value: boolean | undefined, variable: string): boolean {
  if (value !== undefined) {
    if (typeof value !== 'boolean') throw invalidSetting(name, value, 'true or false');
    return value;
  }
  const text = process.env[variable]?.trim().toLowerCase();
  if (!text || YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  throw invalidSetting(variable, text, `one of ${[...YES, ...NO].join(', ')}`);
}

interface Bounds {
  readonly variable: string;
  readonly fallback: number;
  /** What the variable's number is multiplied with. @default 1 */
  readonly unit?: number;
  readonly min?: number;
  readonly expected?: string;
}

function number(name: string, value: number | undefined, { variable, fallback, unit = 1, min = 0, expected = `from ${min}` }: Bounds): number {
  if (value !== undefined) {
    if (typeof value !== 'number' || !(value >= min)) throw invalidSetting(name, value, `a number from ${min}`);
    return value;
  }
  const text = process.env[variable]?.trim();
  if (!text) return fallback;
  const parsed = Number(text);
  if (!Number.isFinite(parsed) || parsed < min) throw invalidSetting(variable, text, `a number ${expected}`);
  return parsed * unit;
}

function names(option: string, list: readonly string[]): readonly string[] {
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string' && name !== ''))
    throw invalidSetting(option, list, 'a list of names of interfaces');
  return list;
}

const splitNames = (text = ''): string[] => text.split(',').flatMap((name) => name.trim() || []);

/** A profile is advice: where there is none, or a broken one, everything is as without it. */
function readLearned(profile: Profile | string | undefined): readonly string[] {
  if (!profile) return [];
  try {
    const { version, preload } =
      typeof profile === 'string' ? (JSON.parse(process.getBuiltinModule('node:fs').readFileSync(profile, 'utf8')) as Profile) : profile;
    if (version === 1 && preload.every((name) => typeof name === 'string')) return preload;
    throw new Error('it has another form than { "version": 1, "coldStarts": …, "preload": […] }');
  } catch (error) {
    process.emitWarning(`lmms: the profile${typeof profile === 'string' ? ` ${profile}` : ''} is not used: ${(error as Error).message}`);
    return [];
  }
}

function invalidSetting(name: string, value: unknown, allowed: string): SugaError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value === 'object' && value !== null ? typeof value : String(value);
  return new SugaError('InvalidParams', `lmms: ${name} is ${shown}: must be ${allowed}.`, {
    issues: [{ param: name, problem: 'invalid', expected: allowed, got: shown }],
  });
}

/** The function's memory setting in MB; `undefined` outside of Lambda. */
export const memorySetting = (): number | undefined => Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) || undefined;

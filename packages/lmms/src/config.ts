import { assertBoolean, assertNames, assertNumber, assertObject, assertOneOf } from '@suga/gateway/check';
import type { Complete } from '@suga/gateway/options';
import { flagSetting, type NumberSetting, namesSetting, numberSetting } from '@suga/gateway/settings';
import type { LmmsOptions, Profile } from './contract.js';

/** All settings, with defaults filled in. */
export type Settings = Complete<Omit<LmmsOptions, 'profile' | 'baked'>> & {
  readonly baked: string | undefined;
  /** Interfaces to load in INIT, from the learned profile. */
  readonly learned: readonly string[];
};

const WHERE = 'lmms';

/** Switches, by option. All are on unless the option or the variable says otherwise. */
const FLAGS = {
  lazyLoading: 'LAZY_LOADING_ENABLED',
  unloading: 'ENABLE_MODULE_UNLOADING',
  fastPath: 'ENABLE_FAST_PATH',
  hotPathProtection: 'HOT_PATH_PROTECTION',
} as const;

/** Numbers, by option. */
const NUMBERS = {
  gracePeriod: { variable: 'UNLOAD_GRACE_PERIOD', fallback: 30_000, min: 0, scale: 1000, unit: 'seconds' },
  minResident: { variable: 'MIN_RESIDENT_MODULES', fallback: 8, min: 0 },
  unloadThreshold: { variable: 'UNLOAD_THRESHOLD', fallback: 100, min: 0 },
  unloadCheckFrequency: { variable: 'UNLOAD_CHECK_FREQUENCY', fallback: 50, min: 1 },
  fastPathThreshold: { variable: 'FAST_PATH_THRESHOLD', fallback: 10, min: 1 },
} as const satisfies Record<string, Omit<NumberSetting, 'where' | 'option'>>;

/** Completes the options from environment variables. @throws `InvalidParams`, with the option or variable, its value and the allowed values */
export function parseSettings(options: LmmsOptions): Settings {
  const { preload, preloadFor = {}, unloadPolicy = 'time', pressure = 0.85, collect = false } = assertObject(WHERE, 'options', options);
  const { env } = process;
  return {
    ...parseFlags(options),
    ...parseNumbers(options),
    preload: namesSetting({ where: WHERE, option: 'preload', variable: 'PRELOAD_CRITICAL_MODULES' }, preload),
    preloadFor: Object.fromEntries(
      Object.entries(assertObject(WHERE, 'preloadFor', preloadFor)).map(([request, list]) => [request, assertNames(WHERE, `preloadFor/${request}`, list)]),
    ),
    learned: readLearned(options.profile ?? env['LMMS_PROFILE']),
    baked: options.baked ?? (env['LMMS_BAKED'] || undefined),
    unloadPolicy: assertOneOf(WHERE, 'unloadPolicy', unloadPolicy, ['time', 'count']),
    pressure: assertNumber(WHERE, 'pressure', pressure, { above: 0 }),
    collect: assertBoolean(WHERE, 'collect', collect),
  };
}

// Nearly all of these are not set. Then their defaults are taken here, and the functions that read them are never compiled.

function parseFlags(options: LmmsOptions): Record<keyof typeof FLAGS, boolean> {
  const flags: Partial<Record<keyof typeof FLAGS, boolean>> = {};
  for (const option of Object.keys(FLAGS) as (keyof typeof FLAGS)[]) {
    const [variable, value] = [FLAGS[option], options[option]];
    flags[option] = value === undefined && !process.env[variable] ? true : flagSetting({ where: WHERE, option, variable }, value);
  }
  return flags as Record<keyof typeof FLAGS, boolean>;
}

function parseNumbers(options: LmmsOptions): Record<keyof typeof NUMBERS, number> {
  const numbers: Partial<Record<keyof typeof NUMBERS, number>> = {};
  for (const option of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const [setting, value] = [NUMBERS[option], options[option]];
    numbers[option] = value === undefined && !process.env[setting.variable] ? setting.fallback : numberSetting({ where: WHERE, option, ...setting }, value);
  }
  return numbers as Record<keyof typeof NUMBERS, number>;
}

/** Reads the names of a profile. A profile is only advice: a broken one becomes a warning and an empty list. */
function readLearned(profile: Profile | string | undefined): readonly string[] {
  if (!profile) return [];
  try {
    const { version, preload } =
      typeof profile === 'string' ? (JSON.parse(process.getBuiltinModule('node:fs').readFileSync(profile, 'utf8')) as Profile) : profile;
    if (version === 1 && preload.every((name) => typeof name === 'string')) return preload;
    throw new Error('expected { "version": 1, "coldStarts": …, "preload": […] }');
  } catch (error) {
    process.emitWarning(`lmms: the profile${typeof profile === 'string' ? ` ${profile}` : ''} is not used: ${(error as Error).message}`);
    return [];
  }
}

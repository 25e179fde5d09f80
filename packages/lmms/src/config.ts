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

/** Completes the options from environment variables. @throws `InvalidParams`, with the option or variable, its value and the allowed values */
export function parseSettings(options: LmmsOptions): Settings {
  const { preload, preloadFor = {}, unloadPolicy = 'time', pressure = 0.85, collect = false } = assertObject(WHERE, 'options', options);
  const { env } = process;
  assertObject(WHERE, 'preloadFor', preloadFor);
  const flag = (option: Flag, variable: string): boolean => flagSetting({ where: WHERE, option, variable }, options[option]);
  const number = (option: NumberOption, setting: Omit<NumberSetting, 'where' | 'option'>): number =>
    numberSetting({ where: WHERE, option, min: 0, ...setting }, options[option]);
  return {
    lazyLoading: flag('lazyLoading', 'LAZY_LOADING_ENABLED'),
    preload: namesSetting({ where: WHERE, option: 'preload', variable: 'PRELOAD_CRITICAL_MODULES' }, preload),
    preloadFor: Object.fromEntries(Object.entries(preloadFor).map(([request, list]) => [request, assertNames(WHERE, `preloadFor/${request}`, list)])),
    learned: readLearned(options.profile ?? env['LMMS_PROFILE']),
    baked: options.baked ?? (env['LMMS_BAKED'] || undefined),
    unloading: flag('unloading', 'ENABLE_MODULE_UNLOADING'),
    unloadPolicy: assertOneOf(WHERE, 'unloadPolicy', unloadPolicy, ['time', 'count']),
    gracePeriod: number('gracePeriod', { variable: 'UNLOAD_GRACE_PERIOD', fallback: 30_000, scale: 1000, unit: 'seconds' }),
    minResident: number('minResident', { variable: 'MIN_RESIDENT_MODULES', fallback: 8 }),
    unloadThreshold: number('unloadThreshold', { variable: 'UNLOAD_THRESHOLD', fallback: 100 }),
    unloadCheckFrequency: number('unloadCheckFrequency', { variable: 'UNLOAD_CHECK_FREQUENCY', fallback: 50, min: 1 }),
    fastPath: flag('fastPath', 'ENABLE_FAST_PATH'),
    fastPathThreshold: number('fastPathThreshold', { variable: 'FAST_PATH_THRESHOLD', fallback: 10, min: 1 }),
    hotPathProtection: flag('hotPathProtection', 'HOT_PATH_PROTECTION'),
    pressure: assertNumber(WHERE, 'pressure', pressure, { above: 0 }),
    collect: assertBoolean(WHERE, 'collect', collect),
  };
}

type Flag = 'lazyLoading' | 'unloading' | 'fastPath' | 'hotPathProtection';
type NumberOption = 'gracePeriod' | 'minResident' | 'unloadThreshold' | 'unloadCheckFrequency' | 'fastPathThreshold';

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

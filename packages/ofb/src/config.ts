import { assertNumber, assertObject } from '@suga/gateway/check';
import type { Complete } from '@suga/gateway/options';
import { flagSetting } from '@suga/gateway/settings';
import type { OfbOptions, SequenceOptions } from './contract.js';

/** Settings of prefetching, with all defaults filled in. */
export type SequenceSettings = Complete<SequenceOptions>;

/** All settings, with all defaults filled in. */
export interface Settings {
  readonly enabled: boolean;
  readonly window: number;
  readonly sequences: SequenceSettings | undefined;
}

/** Upper limit of `window` in ms, because every caller waits that long. */
const MAX_WINDOW = 1000;

/** Validates the options and adds values from the environment. @throws `InvalidParams` that names the option or variable and the allowed values */
export function settings(options: OfbOptions): Settings {
  const { window = 0, sequences = false } = assertObject('ofb', 'options', options);
  return {
    enabled: flagSetting({ where: 'ofb', option: 'enabled', variable: 'OFB_ENABLED' }, options.enabled),
    window: number('window', window, [0, MAX_WINDOW]),
    sequences: sequences === false ? undefined : sequenceSettings(sequences === true ? {} : sequences),
  };
}

function sequenceSettings(options: SequenceOptions): SequenceSettings {
  const { maxWaste = 0.2, minObservations = 10, maxFollowers = 8 } = assertObject('ofb', 'sequences', options);
  return {
    maxWaste: number('sequences/maxWaste', maxWaste, [0, 1]),
    minObservations: number('sequences/minObservations', minObservations, [1, 1000]),
    maxFollowers: number('sequences/maxFollowers', maxFollowers, [1, 100]),
  };
}

const number = (param: string, value: number, [min, max]: readonly [number, number]): number => assertNumber('ofb', param, value, { min, max });

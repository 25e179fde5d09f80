import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { OfbOptions, SequenceOptions } from './contract.js';

/** When to read ahead, with no option left out. */
export type SequenceSettings = Complete<SequenceOptions>;

/** The settings, complete. */
export interface Settings {
  readonly enabled: boolean;
  readonly window: number;
  readonly sequences: SequenceSettings | undefined;
}

/** Longer is no window any more: a caller waits for it. */
const MAX_WINDOW = 1000;

/** Options, completed from the environment. @throws `InvalidParams` that names the option or the variable, and what is allowed */
export function settings(options: OfbOptions): Settings {
  if (!isObject(options)) throw invalidParam('ofb', 'options', options, 'an object');
  const { window = 0, sequences = false } = options;
  return {
    enabled: enabled(options.enabled),
    window: number('window', window, [0, MAX_WINDOW]),
    sequences: sequences === false ? undefined : sequenceSettings(sequences === true ? {} : sequences),
  };
}

function sequenceSettings(options: SequenceOptions): SequenceSettings {
  if (!isObject(options)) throw invalidParam('ofb', 'sequences', options, 'true, false or an object');
  const { maxWaste = 0.2, minObservations = 10, maxFollowers = 8 } = options;
  return {
    maxWaste: number('sequences/maxWaste', maxWaste, [0, 1]),
    minObservations: number('sequences/minObservations', minObservations, [1, 1000]),
    maxFollowers: number('sequences/maxFollowers', maxFollowers, [1, 100]),
  };
}

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

function enabled(given: boolean | undefined): boolean {
  if (given !== undefined) {
    if (typeof given !== 'boolean') throw invalidParam('ofb', 'enabled', given, 'true or false');
    return given;
  }
  const text = process.env['OFB_ENABLED']?.trim().toLowerCase();
  if (!text || YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  throw invalidParam('ofb', 'OFB_ENABLED', text, `one of ${[...YES, ...NO].join(', ')}`);
}

function number(name: string, given: number, [min, max]: readonly [number, number]): number {
  if (typeof given !== 'number' || !(given >= min && given <= max)) throw invalidParam('ofb', name, given, `a number from ${min} to ${max}`);
  return given;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

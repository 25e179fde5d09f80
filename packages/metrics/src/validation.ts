import { assertObject, isObject } from '@suga/gateway/check';
import { invalidParam, type SugaError } from '@suga/gateway/errors';
import type { Dimensions, MetricOptions, MetricUnit } from './contract.js';

const SIZES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
const UNITS = new Set([
  'Seconds',
  'Milliseconds',
  'Microseconds',
  'Percent',
  'Count',
  'None',
  ...SIZES,
  ...[...SIZES, 'Count'].map((size) => `${size}/Second`),
]);

/**
 * Limits of CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, `API_MetricDatum.html`,
 * `API_Dimension.html`. The specification of the embedded metric format allows longer names, but the metrics created from it cannot have them.
 */
const MAX_NAME = 255;
const MAX_DIMENSIONS = 30;
const MAX_DIMENSION_VALUE = 1024;
export const MAX_MAGNITUDE: number = 2 ** 360;

/** Printable ASCII and not only white space, as CloudWatch requires for names and dimension values. */
const PRINTABLE = /^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/;

/** Starts that are not allowed: a colon, and the prefix of AWS's own namespaces. */
const RESERVED_START = /^(?::|AWS\/)/;

/** Names that the line itself uses, or that could not be an own property of it. */
const RESERVED_FIELDS = new Set(['_aws', '__proto__', 'folded', 'families', 'metadata']);

/** Creates an `InvalidParams` error of this interface. */
export const invalid = (param: string, value: unknown, expected: string): SugaError => invalidParam('metrics', param, value, expected);

/** @throws `InvalidParams` */
export function assertName(param: string, name: string): void {
  const fits = typeof name === 'string' && name.length <= MAX_NAME && PRINTABLE.test(name) && !RESERVED_FIELDS.has(name);
  if (!fits) throw invalid(param, name, `1 to 255 printable ASCII characters, and none of ${[...RESERVED_FIELDS].join(', ')}`);
}

/** @throws `InvalidParams` */
export function assertNamespace(namespace: string): void {
  const fits = typeof namespace === 'string' && namespace.length <= MAX_NAME && PRINTABLE.test(namespace) && !RESERVED_START.test(namespace);
  if (!fits) throw invalid('namespace', namespace, '1 to 255 printable ASCII characters that do not begin with AWS/ or :');
}

/** @throws `InvalidParams` */
export function assertValue(value: number): void {
  if (typeof value !== 'number' || !(Math.abs(value) <= MAX_MAGNITUDE)) throw invalid('value', value, 'a number within ±2^360');
}

/** @throws `InvalidParams` */
export function assertUnit(unit: MetricUnit): void {
  if (!UNITS.has(unit)) throw invalid('unit', unit, 'a unit of CloudWatch (Count, Milliseconds, Bytes …)');
}

/** @throws `InvalidParams` */
export function assertDimensions(param: string, dimensions: Dimensions): void {
  if (!isObject(dimensions)) throw invalid(param, dimensions, 'an object of strings');
  assertDimensionCount(dimensions, param);
  for (const [name, value] of Object.entries(dimensions)) {
    assertName(param, name);
    if (name.startsWith(':')) throw invalid(param, name, 'named without a leading colon');
    const fits = typeof value === 'string' && value.length <= MAX_DIMENSION_VALUE && PRINTABLE.test(value);
    if (!fits) throw invalid(`${param}/${name}`, value, `a string of 1 to ${MAX_DIMENSION_VALUE} printable ASCII characters`);
  }
}

/** @throws `InvalidParams` if there are more dimensions than a metric may have */
export function assertDimensionCount(dimensions: Dimensions, param = 'dimensions'): void {
  const { length } = Object.keys(dimensions);
  if (length > MAX_DIMENSIONS) throw invalid(param, length, `at most ${MAX_DIMENSIONS}, those of the settings and of addDimensions included`);
}

/**
 * Makes a name valid that was not chosen for metrics (a function's name, a variable): replaces each character that CloudWatch rejects by `_`,
 * and cuts the name to the allowed length.
 */
export function toName(text: string, isNamespace: boolean): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, '_').slice(0, MAX_NAME);
  if (!PRINTABLE.test(ascii)) return 'unknown';
  return isNamespace ? ascii.replace(RESERVED_START, (start) => start.replace(/[:/]/, '_')) : ascii;
}

/** Returns a string that is unique per combination of dimension values. */
export const dimensionsKey = (dimensions: Dimensions): string => JSON.stringify(Object.entries(dimensions).sort());

/** @throws `InvalidParams` */
export function assertOptions(options: MetricOptions): void {
  assertObject('metrics', 'options', options);
  const { dimensions, resolution = 60 } = options;
  if (dimensions !== undefined) assertDimensions('dimensions', dimensions);
  if (resolution !== 1 && resolution !== 60) throw invalid('resolution', resolution, '1 or 60');
}

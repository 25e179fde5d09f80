import { assertInteger, assertObject, assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { FormatBytesOptions, TemplateOptions } from './contract.js';
import { safeGet } from './objects.js';
import { parseOptions } from './parse-options.js';

const UNITS = { binary: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'], decimal: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] };

/** Formats a number of bytes, such as `1.5 MiB`. A value that rounds up to a full unit is written in the next unit. */
export function formatBytes(bytes: number, options: FormatBytesOptions = {}): string {
  const { digits = 1, decimal = false } = parseOptions(options);
  if (typeof bytes !== 'number' || !Number.isFinite(bytes)) throw invalidParam('utility', 'bytes', bytes, 'a finite number');
  assertInteger('utility', 'digits', digits, [0, 20]);
  const [units, step] = decimal ? [UNITS.decimal, 1000] : [UNITS.binary, 1024];
  let [value, unit] = [Math.abs(bytes), 0];
  while (unit < units.length - 1 && Number(value.toFixed(unit === 0 ? 0 : digits)) >= step) {
    value /= step;
    unit++;
  }
  return `${bytes < 0 ? '-' : ''}${unit === 0 ? value : value.toFixed(digits)} ${units[unit]}`;
}

/** Replaces the placeholders of a template by values. A `{{` in a value stays as it is. */
export function renderTemplate(template: string, data: object, options: TemplateOptions = {}): string {
  const { missing = 'error' } = parseOptions(options);
  assertString('utility', 'template', template);
  assertObject('utility', 'data', data);
  // The pattern does not match white space around the path: two adjacent repetitions that match the same characters take quadratic time.
  return template.replace(/\{\{([^{}]{1,200})\}\}/g, (placeholder, inside: string) => {
    const path = inside.trim();
    const value = safeGet(data, path);
    if (value !== undefined && value !== null) return String(value);
    if (missing === 'error') throw invalidParam('utility', `data/${path}`, value, 'there for the template');
    return missing === 'empty' ? '' : placeholder;
  });
}

/** Formats a time as ISO 8601, in UTC or with the offset of a time zone. */
export function timestamp(at: number | Date = Date.now(), timeZone?: string): string {
  const date = typeof at === 'number' || at instanceof Date ? new Date(at) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw invalidParam('utility', 'at', at, 'a date, or ms since the epoch');
  if (timeZone === undefined) return date.toISOString();
  const offset = zoneOffset(date, timeZone);
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, '0'));
  return `${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/** Returns the offset of a time zone at a time, in minutes. */
function zoneOffset(date: Date, timeZone: string): number {
  let name: string | undefined;
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(date);
    name = parts.find(({ type }) => type === 'timeZoneName')?.value;
  } catch {
    throw invalidParam('utility', 'timeZone', timeZone, 'a time zone like "Europe/Berlin"');
  }
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d+):(\d+))?/.exec(name ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

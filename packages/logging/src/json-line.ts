import { errorReference, isError, mayBeSecret, toJsonValue } from './json.js';
import type { Redaction } from './redact.js';

/** In characters, of which UTF-8 takes at most three bytes each: under CloudWatch's 1 MB for an event. */
const MAX_LINE = 262_144;
/** Depth of values within each other that JSON cannot say; a chain of causes that is longer is cut. */
const MAX_DEPTH = 100;

/** One line of JSON for any record. What JSON cannot say is put into words; what is too long, deep or many is cut, and says so. */
export function toJsonLine(record: object, redaction: Redaction, indent = 0): string {
  try {
    const line = JSON.stringify(record, replacer(redaction), indent);
    if (line.length <= MAX_LINE) return oneLine(line);
  } catch {
    // Circular, too much, or a getter or toJSON that throws: the careful way takes each part by itself.
  }
  return oneLine(JSON.stringify(boundedCopy().copyRecord(record, MAX_LINE, redaction), undefined, indent));
}

/** Seldom needed. */
const boundedCopy = (): typeof import('./bounded-copy.js') => require('./bounded-copy.js');

/** JSON escapes every line break but those of Unicode, which some readers break at. */
function oneLine(line: string): string {
  if (!line.includes('\u2028') && !line.includes('\u2029') && !line.includes('\u0085')) return line;
  return line.replace(/[\u0085\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value that JSON cannot say (an error, a map), and the one that it was found in. */
interface Conversion {
  readonly source: unknown;
  readonly parent: Conversion | undefined;
}

/** Gives up as soon as the line must become too long: a small graph that shares its parts can stand for gigabytes. */
function replacer(redaction: Redaction) {
  let remaining = MAX_LINE;
  let conversions: WeakMap<object, Conversion> | undefined;
  let seen: WeakSet<object> | undefined;
  return function (this: object, key: string, value: unknown): unknown {
    if (redaction.hides(key) && mayBeSecret(this, key, value)) return redaction.replacement;
    // A Buffer's own toJSON has been called by now; only its owner still knows what it was.
    const bytes = (value as { type?: unknown } | null | undefined)?.type === 'Buffer' && (this as Record<string, unknown>)[key];
    const converted = toJsonValue(ArrayBuffer.isView(bytes) ? bytes : value);
    remaining -= typeof converted === 'string' ? converted.length + 2 : 2;
    if (remaining < 0) throw undefined;
    // An object made anew each time is no circle to JSON.stringify, though what it is made of comes round again: an error that is its own cause.
    if (converted !== value && typeof converted === 'object' && converted !== null) {
      conversions ??= new WeakMap();
      const parent = conversions.get(this);
      let depth = 0;
      for (let ancestor = parent; ancestor; ancestor = ancestor.parent) if (ancestor.source === value || ++depth > MAX_DEPTH) throw undefined;
      seen ??= new WeakSet();
      const copy = isError(value) && seen.has(value) ? errorReference(value) : converted;
      seen.add(value as object);
      conversions.set(copy, { source: value, parent });
      return copy;
    }
    return typeof converted === 'string' ? redaction.scrub(converted) : converted;
  };
}

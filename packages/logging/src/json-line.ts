import { errorReference, isError, mayBeSecret, toJsonValue } from './json.js';
import type { Redaction } from './redact.js';

/** Maximum length in characters. Each takes at most three bytes in UTF-8, so a line stays under CloudWatch's 1 MB per event. */
const MAX_LINE = 262_144;
/** Maximum depth of nested values that JSON cannot represent. A longer chain of causes is cut. */
const MAX_DEPTH = 100;

/** Returns one line of JSON for any record. Values that JSON cannot represent are described; too long, deep or large ones are cut and marked. */
export function toJsonLine(record: object, redaction: Redaction, indent = 0): string {
  try {
    const line = JSON.stringify(record, replacer(redaction), indent);
    if (line.length <= MAX_LINE) return oneLine(line);
  } catch {
    // The record is circular, too large, or has a getter or toJSON that throws. The bounded copy reads each part separately.
  }
  return oneLine(JSON.stringify(boundedCopy().copyRecord(record, MAX_LINE, redaction), undefined, indent));
}

/** Loads the bounded copy on first use, because it is rarely needed. */
const boundedCopy = (): typeof import('./bounded-copy.js') => require('./bounded-copy.js');

/** Escapes Unicode's line breaks. JSON does not escape them, and some readers break lines there. */
function oneLine(line: string): string {
  if (!line.includes('\u2028') && !line.includes('\u2029') && !line.includes('\u0085')) return line;
  return line.replace(/[\u0085\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value that JSON cannot represent (an error, a map), and the enclosing one. */
interface Conversion {
  readonly source: unknown;
  readonly parent: Conversion | undefined;
}

/** Creates the replacer for `JSON.stringify`. It throws as soon as the line must become too long: a small graph with shared parts can stand for gigabytes. */
function replacer(redaction: Redaction) {
  let remaining = MAX_LINE;
  let conversions: WeakMap<object, Conversion> | undefined;
  let seen: WeakSet<object> | undefined;
  return function (this: object, key: string, value: unknown): unknown {
    if (redaction.hides(key) && mayBeSecret(this, key, value)) return redaction.replacement;
    // JSON.stringify has already called the toJSON of a Buffer. Only its owner still holds the Buffer itself.
    const bytes = (value as { type?: unknown } | null | undefined)?.type === 'Buffer' && (this as Record<string, unknown>)[key];
    const converted = toJsonValue(ArrayBuffer.isView(bytes) ? bytes : value);
    remaining -= typeof converted === 'string' ? converted.length + 2 : 2;
    if (remaining < 0) throw undefined;
    // JSON.stringify does not find a circle through converted values, such as an error that is its own cause: each conversion is a new object.
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

import { isSecretName, REDACTED, redactText } from '@suga/gateway/secrets';

/** Limits of a copied value: depth, items per list or object, and characters per string. People read these copies, so they need not be complete. */
const DEPTH = 5;
const ITEMS = 50;
const TEXT = 1_000;
/** Limits of one value as a whole: number of values, and number of characters. */
const VALUES = 500;
const CHARACTERS = 20_000;

/** Number of characters that are redacted beyond the cut, so that the cut does not remove the `@` after a password. */
const LOOKAHEAD = 4_000;

/**
 * Copies a value into a small value that JSON can represent. The value may be circular, huge, or have getters that throw. Values under
 * names of secrets are left out.
 */
export function boundedCopy(value: unknown): unknown {
  let left = VALUES;
  let characters = CHARACTERS;
  const above = new Set<object>();

  const of = (inner: unknown, depth: number): unknown => {
    if (left-- <= 0 || characters <= 0) return '[cut]';
    if (typeof inner !== 'object' || inner === null) {
      const converted = plain(inner);
      if (typeof converted === 'string') characters -= converted.length;
      return converted;
    }
    if (above.has(inner)) return '[circular]';
    if (depth >= DEPTH) return '[deep]';
    above.add(inner);
    try {
      return Array.isArray(inner) ? items(inner, (item) => of(item, depth + 1)) : fields(inner, (field) => of(field, depth + 1));
    } catch {
      return '[unreadable]';
    } finally {
      above.delete(inner);
    }
  };
  return of(value, 0);
}

/** Converts a value to a short string, without the passwords of URLs. */
export function toBoundedText(value: unknown, max: number = TEXT): string {
  let text: string;
  try {
    text = typeof value === 'string' ? value : String(value);
  } catch {
    text = '[unreadable]';
  }
  const clean = redactText(text.slice(0, max + LOOKAHEAD));
  return text.length > max ? `${clean.slice(0, max)}… (${text.length} characters)` : clean;
}

function plain(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (typeof value === 'function') return '[function]';
  return toBoundedText(value);
}

function items(list: readonly unknown[], of: (item: unknown) => unknown): unknown[] {
  const kept = Array.from({ length: Math.min(list.length, ITEMS) }, (_, index) => of(list[index]));
  if (list.length > ITEMS) kept.push(`[${list.length - ITEMS} more]`);
  return kept;
}

function fields(object: object, of: (field: unknown) => unknown): unknown {
  if (object instanceof Date || object instanceof RegExp || object instanceof URL) return toBoundedText(object);
  if (object instanceof Error) return { name: toBoundedText(object.name), message: toBoundedText(object.message) };
  if (ArrayBuffer.isView(object)) return `[${object.byteLength} bytes]`;
  if (object instanceof Map || object instanceof Set) return `[${object.size} entries]`;
  const kept: [string, unknown][] = [];
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (kept.length === ITEMS) {
      kept.push(['…', '[more]']);
      break;
    }
    kept.push([toBoundedText(key, 100), isSecretName(key) ? REDACTED : readable(() => of((object as Record<string, unknown>)[key]))]);
  }
  return Object.fromEntries(kept);
}

function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}

import { assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import { isSecretName, REDACTED, redactText, STRICT_PATTERNS } from '@suga/gateway/secrets';

const MAX_TEXT = 1000;
/** Secrets are also searched for in this many characters after the cut. Otherwise the cut could remove the `@` that marks a password in a URL. */
const LOOKAHEAD = 4000;
const MAX_DEPTH = 8;
const MAX_VALUES = 1000;
const CUT = '[cut]';

/** Control characters, Unicode line ends, and marks that change the direction of the text after them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const QUERY = /([?&#])([^=&#]*)=[^&#]*/g;
/** Classes of name-value pairs, recognized by tag: naming `Headers` would load the implementation of `fetch`. */
const PAIRS = ['[object Headers]', '[object URLSearchParams]', '[object FormData]'];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  assertString('security', 'text', text);
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Number of values that a copy may still hold. */
interface Budget {
  remaining: number;
}

/** Implements `sanitizeForLog`. It never throws: a value that cannot be read becomes `[unreadable]`. */
export class Sanitizer {
  readonly #words: readonly string[];

  constructor(redact: readonly string[] = []) {
    if (!Array.isArray(redact) || !redact.every((word) => typeof word === 'string' && normalizeName(word) !== '')) {
      throw invalidParam('security', 'redact', redact, 'an array of words');
    }
    this.#words = redact.map(normalizeName);
  }

  sanitize(value: unknown): unknown {
    return this.#copy(value, [], { remaining: MAX_VALUES });
  }

  #copy(value: unknown, ancestors: readonly object[], budget: Budget): unknown {
    if (typeof value === 'string') return sanitizeText(value);
    if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
    if (typeof value === 'bigint') return sanitizeText(value.toString());
    if (typeof value !== 'object' || value === null) return value;
    if (ancestors.includes(value)) return '[circular]';
    return ancestors.length === MAX_DEPTH ? CUT : tryRead(() => this.#parts(value, [...ancestors, value], budget));
  }

  #parts(value: object, path: readonly object[], budget: Budget): unknown {
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (Array.isArray(value) || value instanceof Set) return this.#items(value, path, budget);
    if (value instanceof Map) return this.#fields(new Map([...value].map(([name, inner]) => [String(name), () => inner])), path, budget);
    if (value instanceof URL) return sanitizeText(value.href.replace(QUERY, (all, mark, name) => (this.#isSecret(name) ? `${mark}${name}=${REDACTED}` : all)));
    if (PAIRS.includes(Object.prototype.toString.call(value))) return this.#fields(groupByName(value as Iterable<unknown>), path, budget);
    const names = value instanceof Error ? ['name', 'message', 'stack', 'cause', ...Object.keys(value)] : Object.keys(value);
    return this.#fields(new Map(names.map((name) => [name, () => Reflect.get(value, name)])), path, budget);
  }

  #items(value: Iterable<unknown>, path: readonly object[], budget: Budget): unknown[] {
    const copies: unknown[] = [];
    for (const item of value) {
      if (budget.remaining-- <= 0) return [...copies, CUT];
      copies.push(this.#copy(item, path, budget));
    }
    return copies;
  }

  #fields(getters: ReadonlyMap<string, () => unknown>, path: readonly object[], budget: Budget): object {
    const copies = new Map<string, unknown>();
    for (const [name, read] of getters) {
      if (budget.remaining-- <= 0) {
        copies.set('…', CUT);
        break;
      }
      copies.set(sanitizeText(name), this.#isSecret(name) ? REDACTED : tryRead(() => this.#copy(read(), path, budget)));
    }
    // `Object.fromEntries` creates own properties: even `__proto__` sets no prototype here.
    return Object.fromEntries(copies);
  }

  #isSecret(name: string): boolean {
    const normalized = normalizeName(name.slice(0, MAX_TEXT));
    return isSecretName(name) || this.#words.some((word) => normalized.includes(word));
  }
}

/** Groups values by name. A name that occurs more than once gets an array. */
function groupByName(pairs: Iterable<unknown>): ReadonlyMap<string, () => unknown> {
  const groups = new Map<string, unknown[]>();
  let remaining = MAX_VALUES;
  for (const pair of pairs) {
    if (remaining-- === 0) break;
    const [name, value] = pair as readonly [unknown, unknown];
    groups.set(String(name), [...(groups.get(String(name)) ?? []), value]);
  }
  return new Map([...groups].map(([name, values]) => [name, () => (values.length > 1 ? values : values[0])]));
}

function tryRead(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}

function sanitizeText(text: string): string {
  const clean = redactText(text.slice(0, MAX_TEXT + LOOKAHEAD), REDACTED, STRICT_PATTERNS);
  const cut = text.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}… (${text.length - MAX_TEXT} more characters)` : clean;
  return cut.replace(INVISIBLE, escaped);
}

const escaped = (character: string): string =>
  character === '\n' ? '\\n' : character === '\r' ? '\\r' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const normalizeName = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

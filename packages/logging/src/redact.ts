import { assertArray, assertObject, assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import { isSecretName, REDACTED, redactText } from '@suga/gateway/secrets';
import type { RedactOptions } from './contract.js';

/** Finds and hides the secrets in a record. */
export interface Redaction {
  /** Whether a value with this name is a secret. */
  hides(name: string): boolean;
  /** Replaces the secrets within a string. */
  scrub(text: string): string;
  readonly replacement: string;
}

/** Maximum number of names whose result is cached. Records have few different names, unless the names are data. */
const MAX_NAMES = 1_000;
const MAX_NAME = 64;

const NO_REDACTION: Redaction = { hides: () => false, scrub: (text) => text, replacement: '' };

/** @throws `InvalidParams` */
export function redaction(options: RedactOptions | false = {}): Redaction {
  if (options === false) return NO_REDACTION;
  const { keys, show, patterns, replacement } = parseOptions(options);
  const endings = keys.filter((key) => typeof key === 'string').map((key) => parseName('redact.keys', key));
  const tests = keys.filter((key): key is RegExp => typeof key !== 'string').map((key) => toGlobal('redact.keys', key));
  const shown = new Set(show.map((key) => parseName('redact.show', key)));
  const cache = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    const normalized = normalize(name.slice(-MAX_NAME));
    const isHidden = isSecretName(name) || endings.some((end) => normalized.endsWith(end));
    return (isHidden && !shown.has(normalized)) || tests.some((test) => name.search(test) >= 0);
  };
  const ownPatterns = patterns.map((pattern) => toGlobal('redact.patterns', pattern));
  return {
    hides: (name) => {
      const cached = cache.get(name);
      if (cached !== undefined) return cached;
      const result = isSecret(name);
      if (cache.size < MAX_NAMES && name.length <= MAX_NAME) cache.set(name, result);
      return result;
    },
    scrub: (text) => {
      let clean = redactText(text, replacement);
      // A function, because `$&` in a replacement string has a meaning.
      for (const pattern of ownPatterns) clean = clean.replace(pattern, () => replacement);
      return clean;
    },
    replacement,
  };
}

/** @throws `InvalidParams` */
function parseOptions(options: RedactOptions): Complete<RedactOptions> {
  const { keys = [], show = [], patterns = [], replacement = REDACTED } = assertObject('logging', 'redact', options);
  for (const [param, list] of Object.entries({ keys, show, patterns })) {
    assertArray<unknown>('logging', `redact.${param}`, list);
  }
  assertString('logging', 'redact.replacement', replacement);
  return { keys, show, patterns, replacement };
}

const normalize = (name: string): string => name.replace(/[-_.\s]/g, '').toLowerCase();

function parseName(param: string, name: string): string {
  const end = typeof name === 'string' ? normalize(name) : '';
  if (end === '') throw invalidParam('logging', param, name, 'a name with letters or digits');
  return end;
}

/** Copies a pattern so that it finds all matches, and always starts at the beginning: a `lastIndex` of the caller's pattern would skip every second secret. */
function toGlobal(param: string, pattern: RegExp): RegExp {
  if (Object.prototype.toString.call(pattern) !== '[object RegExp]') throw invalidParam('logging', param, pattern, 'a regular expression');
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

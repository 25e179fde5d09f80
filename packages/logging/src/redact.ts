import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import { assertObject } from './config.js';
import type { RedactOptions } from './contract.js';

/** What must not be shown of a record. */
export interface Redaction {
  /** Whether the value of that name is a secret. */
  hides(name: string): boolean;
  /** The text without the secrets in it. */
  scrub(text: string): string;
  readonly replacement: string;
}

/**
 * Compared with the end of a name: `clientSecret` and `db_password` are secrets, `secretArn`, `max_tokens` and
 * `password_policy` are not. Names that begin with one and hold one too are few, and listed.
 */
const ENDINGS = [
  'passwords?|passwd|pwd|passphrase|passwordhash|secrets?|token|auth|authorization|credentials?|cookies?|connectionstring',
  '(?:api|access|secret|private|signing|encryption)keys?',
].join('|');

const BEARER = /(?<=\bbearer )[\w.~+/=-]{8,}/gi;

/**
 * Each with what a text must contain to be worth a look, which is ten times as fast to see. All are linear: what repeats ends
 * at the first other character, and no two starts share what they look through.
 */
const PATTERNS: readonly (readonly [needle: string, pattern: RegExp])[] = [
  ['eyJ', /\beyJ[\w-]{8,}\.eyJ[\w-]{4,}\.?[\w-]*/g],
  ['earer ', BEARER],
  ['EARER ', BEARER],
  // To the last `@`, because not everybody encodes what a password holds. A port at the end of a text within JSON is none.
  ['://', /(?<=:\/\/[^\s:/?#]*:)(?!\d{1,5}\\?")[^\s/?#]+(?=@)/g],
  // Without its end it is one that was cut: nothing after its begin is shown.
  ['PRIVATE KEY', /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-(?!----END)[^-]*)*(?:-----END [A-Z ]{0,40}-----)?/g],
];

/** For these the answer is cached; the names of records are few, unless they are data. */
const MAX_NAMES = 1_000;
const MAX_NAME = 64;

const NO_REDACTION: Redaction = { hides: () => false, scrub: (text) => text, replacement: '' };

/** @throws `InvalidParams` */
export function redaction(options: RedactOptions | false = {}): Redaction {
  if (options === false) return NO_REDACTION;
  const { keys, show, patterns, replacement } = parseOptions(options);
  const endings = keys.filter((key) => typeof key === 'string').map((key) => key && escapeRegExp(parseName('redact.keys', key)));
  const ending = new RegExp(`(?:${[ENDINGS, ...endings].join('|')})$`);
  const tests = keys.filter((key): key is RegExp => typeof key !== 'string').map((key) => toGlobal('redact.keys', key));
  const shown = new Set(show.map((key) => parseName('redact.show', key)));
  const cache = new Map<string, boolean>();
  const isSecretName = (name: string): boolean => {
    const end = normalize(name.slice(-MAX_NAME));
    return (ending.test(end) && !shown.has(end)) || tests.some((test) => name.search(test) >= 0);
  };
  const allPatterns = [...PATTERNS, ...patterns.map((pattern) => ['', toGlobal('redact.patterns', pattern)] as const)];
  return {
    hides: (name) => {
      const cached = cache.get(name);
      if (cached !== undefined) return cached;
      const result = isSecretName(name);
      if (cache.size < MAX_NAMES && name.length <= MAX_NAME) cache.set(name, result);
      return result;
    },
    scrub: (text) => {
      let clean = text;
      // A function, because a text in its place could have a `$&` in it.
      for (const [needle, pattern] of allPatterns) if (clean.includes(needle)) clean = clean.replace(pattern, () => replacement);
      return clean;
    },
    replacement,
  };
}

/** @throws `InvalidParams` */
function parseOptions(options: RedactOptions): Complete<RedactOptions> {
  assertObject('redact', options);
  const { keys = [], show = [], patterns = [], replacement = '[redacted]' } = options;
  for (const [param, list] of Object.entries({ keys, show, patterns })) {
    if (!Array.isArray(list)) throw invalidParam('logging', `redact.${param}`, list, 'a list');
  }
  if (typeof replacement !== 'string') throw invalidParam('logging', 'redact.replacement', replacement, 'a text');
  return { keys, show, patterns, replacement };
}

const normalize = (name: string): string => name.replace(/[-_.\s]/g, '').toLowerCase();

function parseName(param: string, name: string): string {
  const end = typeof name === 'string' ? normalize(name) : '';
  if (end === '') throw invalidParam('logging', param, name, 'names with letters or digits');
  return end;
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Finds all, and from the start each time: a `lastIndex` of the user's would skip every other secret. */
function toGlobal(param: string, pattern: RegExp): RegExp {
  if (Object.prototype.toString.call(pattern) !== '[object RegExp]') throw invalidParam('logging', param, pattern, 'regular expressions');
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
}

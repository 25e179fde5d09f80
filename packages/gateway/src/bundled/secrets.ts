/** Text that replaces a secret. */
export const REDACTED = '[redacted]';

/**
 * Terms for secrets. A name that contains one is the name of a secret, so that an unusual name (`passwordConfirmation`) is redacted rather than
 * shown. Names are compared in lower case, with a space between words.
 */
const TERMS = [
  'passwords?|passwd|pwd|pass ?phrase|pass ?code|secrets?|credentials?|cookies?|authorization|jwt|connection ?string|session ?id|token(?!s|iz)',
  // Without these words before it, `tokens` is a number, as in `max_tokens`.
  '(?:access|api|auth|bearer|csrf|id|refresh|session) ?tokens',
  '(?:access|api|encryption|master|private|secret|shared|signing) ?keys?',
].join('|');

/** Words after a term that make it the name of something else: `secretArn`, `tokenType`, `password_policy`. */
const DESCRIPTIONS = [
  'arns?|ids?|names?|types?|kinds?|counts?|length|sizes?|limits?|polic(?:y|ies)|rules?|rotation|expir(?:y|es|ation)(?: at| in)?|ttl|age|version',
  'urls?|uri|endpoint|paths?|fields?|enabled|required|strength|status|state|provider|source|manager|usage|used|budget',
].join('|');

const SECRET = new RegExp(TERMS);
const DESCRIPTION = new RegExp(`(?:${TERMS})(?: ?(?:${DESCRIPTIONS}))+$`);
/** A session id ends like a description. */
const SESSION_ID = /session ?id$/;
/** Words that mean a secret only at the end of a name: `author`, `authMethod` and `compass` are none. */
const LAST_WORD = /(?:^| )(?:o?auth|pass|session)$/;

/** Names are compared up to this length. */
const MAX_NAME = 200;

/** Whether a property, header, parameter or variable of this name holds a secret: `clientSecret`, `db_password`, `X-Api-Key`. */
export function isSecretName(name: string): boolean {
  const words = name
    .slice(-MAX_NAME)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[-_.:\s]+/g, ' ')
    .toLowerCase();
  if (LAST_WORD.test(words) || SESSION_ID.test(words)) return true;
  return SECRET.test(words) && !DESCRIPTION.test(words);
}

const BEARER = /(?<=\bbearer\s{1,3})[\w.~+/=-]{8,}/gi;
/** Not a plain word: `Basic authentication`. */
const BASIC = /(?<=\b(?:[Bb]asic|BASIC)\s{1,3})(?![A-Z]?[a-z]+(?![\w.~+/=-]))[\w.~+/=-]{8,}/g;

/** A secret inside a string, and a needle that every match contains. */
export interface Pattern {
  readonly needle: string;
  readonly pattern: RegExp;
}

/**
 * Secrets inside strings. Each pattern has a needle that a string must contain, because searching for it is ten times as fast. All patterns take
 * linear time: repetitions are bounded or end at the first other character.
 */
const PATTERNS: readonly Pattern[] = [
  // JSON Web Tokens, also shortened ones.
  { needle: 'eyJ', pattern: /\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g },
  { needle: 'earer', pattern: BEARER },
  { needle: 'EARER', pattern: BEARER },
  { needle: 'asic', pattern: BASIC },
  // The password of a URL, up to the last `@`, because a password may contain one. A port at the end of a string within JSON is not a password.
  { needle: '://', pattern: /(?<=:\/\/[^\s:/?#]*:)(?!\d{1,5}\\?")[^\s/?#]+(?=@)/g },
  // Without its end the key was cut off: nothing after its beginning is shown.
  {
    needle: 'PRIVATE KEY',
    pattern: /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-(?!----END)[^-]*)*(?:-----END [A-Z ]{0,40}-----)?/g,
  },
];

/**
 * Further patterns, for strings from outside. A log of one's own is spared their cost, and keeps the ids of AWS's access keys: an id is not a
 * secret, and CloudTrail is searched by it.
 */
export const STRICT_PATTERNS: readonly Pattern[] = [...PATTERNS, { needle: 'ASIC', pattern: BASIC }, { needle: 'IA', pattern: /\bA[KS]IA[A-Z\d]{16}\b/g }];

/** Replaces the secrets in a string: tokens, credentials of HTTP, passwords in URLs, private keys. */
export function redactText(text: string, replacement: string = REDACTED, patterns: readonly Pattern[] = PATTERNS): string {
  let clean = text;
  // A function, because `$&` in a replacement string has a meaning.
  for (const { needle, pattern } of patterns) if (clean.includes(needle)) clean = clean.replace(pattern, () => replacement);
  return clean;
}

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

/**
 * Secrets inside texts. Each pattern has a needle that a text must contain, because searching for it is ten times as fast. All patterns take
 * linear time: repetitions are bounded or end at the first other character.
 */
const PATTERNS: readonly (readonly [needle: string, pattern: RegExp])[] = [
  // JSON Web Tokens, also shortened ones.
  ['eyJ', /\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g],
  ['earer', BEARER],
  ['EARER', BEARER],
  ['asic', BASIC],
  ['ASIC', BASIC],
  // The password of a URL, up to the last `@`, because a password may contain one. A port at the end of a text within JSON is not a password.
  ['://', /(?<=:\/\/[^\s:/?#]*:)(?!\d{1,5}\\?")[^\s/?#]+(?=@)/g],
  // Without its end the key was cut off: nothing after its beginning is shown.
  ['PRIVATE KEY', /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----[^-]*(?:-(?!----END)[^-]*)*(?:-----END [A-Z ]{0,40}-----)?/g],
  ['AKIA', /\bAKIA[A-Z\d]{16}\b/g],
  ['ASIA', /\bASIA[A-Z\d]{16}\b/g],
];

/** Replaces the secrets in a text: tokens, passwords in URLs, private keys, AWS access keys. */
export function redactText(text: string, replacement: string = REDACTED): string {
  let clean = text;
  // A function, because `$&` in a replacement string has a meaning.
  for (const [needle, pattern] of PATTERNS) if (clean.includes(needle)) clean = clean.replace(pattern, () => replacement);
  return clean;
}

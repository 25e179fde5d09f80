/** A valid email address as WHATWG defines it (https://html.spec.whatwg.org/#valid-e-mail-address) and every browser's form accepts it. */
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** A URL with both slashes, and without characters that `URL` drops (white space, control characters) or converts (backslashes). */
const URL_TEXT = /^[a-z][a-z\d+.-]*:\/\/[^\s\\\p{Cc}]+$/iu;

/** Whether a value is an email address. A path of RFC 5321 has room for 254 characters. */
export const isEmail = (value: unknown): boolean => typeof value === 'string' && value.length <= 254 && EMAIL.test(value);

/** Whether a value is a URL with an allowed protocol. `URL` corrects some mistakes, so they are refused before: the checked string must be the one that is used. */
export function isUrl(value: unknown, protocols: readonly string[], max: number): boolean {
  if (typeof value !== 'string' || value.length > max || !URL_TEXT.test(value) || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocols.includes(protocol.slice(0, -1)) && username === '' && password === '';
}

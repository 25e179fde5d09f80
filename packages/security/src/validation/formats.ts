/** The WHATWG's valid e-mail address (https://html.spec.whatwg.org/#valid-e-mail-address), which every browser's form takes. */
const EMAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** With both slashes, and without what `URL` drops (white space, controls) or turns (backslashes). */
const URL_TEXT = /^[a-z][a-z\d+.-]*:\/\/[^\s\\\p{Cc}]+$/iu;

/** 254 characters: what fits into a path of RFC 5321. */
export const isEmail = (value: unknown): boolean => typeof value === 'string' && value.length <= 254 && EMAIL.test(value);

/** `URL` would put some things right: what was checked must be what is used. */
export function isUrl(value: unknown, protocols: readonly string[], max: number): boolean {
  if (typeof value !== 'string' || value.length > max || !URL_TEXT.test(value) || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocols.includes(protocol.slice(0, -1)) && username === '' && password === '';
}

import { decodeText } from './path.js';

const quoted = /^"(.*)"$/;

/** Parses the cookies of a request, by name. Values that are not correctly percent-encoded stay as they are. */
export function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    // If a name occurs more than once, the first cookie has the longest path (RFC 6265, 5.4).
    if (name !== '' && !(name in cookies))
      cookies[name] = decodeText(
        part
          .slice(at + 1)
          .trim()
          .replace(quoted, '$1'),
      );
  }
  return cookies;
}

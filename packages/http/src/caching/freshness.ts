/** HTTP caching (RFC 9111) as far as a cache needs it that belongs to one caller. What it is unsure of, it does not keep. */

type Headers = Readonly<Record<string, string>>;

/** When a response came, by the wall clock, in ms. */
export interface Times {
  readonly asked: number;
  readonly answered: number;
}

/** Statuses whose responses may be kept without being told so (RFC 9110, 15.1), of those that end a request. */
const KEPT = [200, 203, 204, 404, 405, 410, 414, 501];

/** Whether a response to GET may be kept at all. */
export function isStorable(status: number, headers: Headers): boolean {
  // Cookies are meant for one conversation; `Vary: *` means that no request is like another.
  return KEPT.includes(status) && !('no-store' in directives(headers)) && headers['set-cookie'] === undefined && !/(?:^|,)\s*\*/.test(headers['vary'] ?? '');
}

/** Whether a server can say "not modified" of it. */
export const hasValidator = (headers: Headers): boolean => headers['etag'] !== undefined || headers['last-modified'] !== undefined;

/**
 * Until when a response is fresh, in ms since the epoch.
 * @param otherwise How long one is fresh that says nothing of it, in ms.
 */
export function freshUntil(headers: Headers, { asked, answered }: Times, otherwise: number): number {
  const age = (seconds(headers['age']) ?? 0) * 1000 + answered - asked;
  const date = Date.parse(headers['date'] ?? '');
  const apparent = Number.isNaN(date) ? 0 : answered - date;
  return answered - Math.max(0, age, apparent) + lifetime(headers, Number.isNaN(date) ? answered : date, otherwise);
}

function lifetime(headers: Headers, date: number, otherwise: number): number {
  const said = directives(headers);
  if ('no-cache' in said) return 0;
  // `s-maxage` is for caches that many share.
  if ('max-age' in said) return (seconds(said['max-age']) ?? 0) * 1000;
  const expires = headers['expires'];
  // An `Expires` that is no date ("0") means: expired.
  if (expires !== undefined) return Math.max(0, (Date.parse(/[a-z]/i.test(expires) ? expires : '') || 0) - date);
  return headers['cache-control'] === undefined && headers['pragma'] === undefined ? otherwise : 0;
}

/** `max-age=60, no-cache="x"` as `{ 'max-age': '60', 'no-cache': 'x' }`. Of two that contradict each other the first counts, unless it is a lifetime: then none. */
export function directives(headers: Headers): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const [, name = '', quoted, plain] of (headers['cache-control'] ?? '').matchAll(/([\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;]*)))?/g)) {
    const key = name.toLowerCase();
    const value = quoted ?? plain ?? '';
    found[key] = key in found && found[key] !== value ? '' : value;
  }
  return found;
}

const seconds = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);

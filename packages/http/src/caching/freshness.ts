/** HTTP caching (RFC 9111), as far as a private cache needs it. A response that may not be cacheable is not cached. */

type Headers = Readonly<Record<string, string>>;

/** Times of a request and its response by the wall clock, in ms since the epoch. */
export interface Times {
  readonly requestedAt: number;
  readonly respondedAt: number;
}

/** Statuses whose responses may be cached without an explicit permission (RFC 9110, 15.1). Only statuses that end a request are listed. */
const CACHEABLE_STATUSES = [200, 203, 204, 404, 405, 410, 414, 501];

/** Whether a response to GET may be cached at all. */
export function isStorable(status: number, headers: Headers): boolean {
  // A cookie belongs to one client. `Vary: *` means that no two requests are alike.
  return (
    CACHEABLE_STATUSES.includes(status) &&
    !('no-store' in directives(headers)) &&
    headers['set-cookie'] === undefined &&
    !/(?:^|,)\s*\*/.test(headers['vary'] ?? '')
  );
}

/** Whether the server can later confirm a response with 304. */
export const hasValidator = (headers: Headers): boolean => headers['etag'] !== undefined || headers['last-modified'] !== undefined;

/**
 * Time at which a response stops being fresh, in ms since the epoch.
 * @param otherwise how long a response is fresh if its headers do not say so, in ms
 */
export function freshUntil(headers: Headers, { requestedAt, respondedAt }: Times, otherwise: number): number {
  const age = (seconds(headers['age']) ?? 0) * 1000 + respondedAt - requestedAt;
  const date = Date.parse(headers['date'] ?? '');
  const apparent = Number.isNaN(date) ? 0 : respondedAt - date;
  return respondedAt - Math.max(0, age, apparent) + lifetime(headers, Number.isNaN(date) ? respondedAt : date, otherwise);
}

function lifetime(headers: Headers, date: number, otherwise: number): number {
  const said = directives(headers);
  if ('no-cache' in said) return 0;
  // `s-maxage` is ignored, because it is for shared caches.
  if ('max-age' in said) return (seconds(said['max-age']) ?? 0) * 1000;
  const expires = headers['expires'];
  // An `Expires` that is not a date ("0") means that the response has expired.
  if (expires !== undefined) return Math.max(0, (Date.parse(/[a-z]/i.test(expires) ? expires : '') || 0) - date);
  return headers['cache-control'] === undefined && headers['pragma'] === undefined ? otherwise : 0;
}

/** Parses `max-age=60, no-cache="x"` to `{ 'max-age': '60', 'no-cache': 'x' }`. If a directive occurs twice with different values, its value is empty. */
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

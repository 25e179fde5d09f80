/** Tells why a segment of a route's key cannot be meant literally. Parameters in another router's notation would match only themselves. */
export function keyProblem(segment: string): string | undefined {
  if (/[{}]/.test(segment)) return `"${segment}" must be a whole {name} or {name+}`;
  const [, colon, bracket] = /(?:^|[^A-Za-z0-9]):([A-Za-z_]\w*)|^[[<].*?([A-Za-z_]\w*)[\]>]$/.exec(segment) ?? [];
  const name = colon ?? bracket;
  if (name) return `a parameter is written {name}: write {${name}} instead of "${segment}" (and %3A for a colon)`;
  if (segment.includes('*')) return `the rest of a path is written {name+}: write {path+} instead of "${segment}" (and %2A for an asterisk)`;
  if (/[?#]/.test(segment)) return `"${segment}" cannot match, because a path has neither "?" nor "#"`;
  try {
    decodeURIComponent(segment);
    return undefined;
  } catch {
    return `"${segment}" is not correctly percent-encoded`;
  }
}

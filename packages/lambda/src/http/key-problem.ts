/**
 * Finds a mistake in a segment of a route key. Parameters in the notation of another router would otherwise match only themselves.
 * @returns `undefined` if there is no mistake
 */
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

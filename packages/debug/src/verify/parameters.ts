/** Parameters of a function, according to its source. */
export interface Parameters {
  /** Number of parameters, without the rest parameter. */
  readonly count: number;
  /** Whether it may take more, because it has a rest parameter or uses `arguments`. */
  readonly rest: boolean;
}

const OPEN = '([{';
const CLOSE = ')]}';

/**
 * Counts a function's parameters, including those with a default, which `length` leaves out. Names are ignored: a minifier changes them, but
 * never their number. Returns `undefined` if the source does not contain the parameters (built-in or bound functions), or cannot be read
 * without a parser (a regular expression among the defaults).
 */
export function parseParameters(fn: (...args: never[]) => unknown): Parameters | undefined {
  const source = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) return undefined;
  if (/^(async\s+)?[\w$]+\s*=>/.test(source)) return { count: 1, rest: false };
  const list = listOf(source);
  if (!list) return undefined;
  const rest = list.at(-1)?.startsWith('...') ?? false;
  return { count: list.length - (rest ? 1 : 0), rest: rest || /\barguments\b/.test(source) };
}

/** Returns the source of each parameter. The list is the first pair of parentheses, unless a computed name comes before. */
function listOf(source: string): readonly string[] | undefined {
  const start = source.indexOf('(');
  if (start < 0 || source.slice(0, start).includes('[') || /\/[/*]/.test(source.slice(0, start))) return undefined;
  const params: string[] = [];
  let depth = 0;
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at] ?? '';
    const skipped = skip(source, at);
    if (skipped === undefined) return undefined;
    if (depth === 0 && (char === ',' || char === ')')) {
      // The last parameter may have a comma after it.
      if (text.trim() !== '') params.push(text.trim());
      if (char === ')') return params;
      text = '';
    } else if (skipped === at) {
      depth += OPEN.includes(char) ? 1 : CLOSE.includes(char) ? -1 : 0;
      text += char;
    } else {
      // The content of a string does not matter, but the string itself does. A comment does not matter at all.
      text += char === '/' ? '' : '""';
      at = skipped;
    }
  }
  return undefined;
}

/** Returns the end of the string or comment that begins at `at`; `at` if none begins there; `undefined` if the end is unclear. */
function skip(source: string, at: number): number | undefined {
  const char = source[at] ?? '';
  if (char === '/') {
    const end = source[at + 1] === '*' ? source.indexOf('*/', at + 2) + 1 : source[at + 1] === '/' ? source.indexOf('\n', at) : 0;
    return end > 0 ? end : undefined;
  }
  if (char !== '"' && char !== "'" && char !== '`') return at;
  for (let end = at + 1; end < source.length; end++) {
    if (source[end] === '\\') end++;
    else if (source[end] === char) return end;
    else if (char === '`' && source.startsWith('${', end)) return undefined;
  }
  return undefined;
}

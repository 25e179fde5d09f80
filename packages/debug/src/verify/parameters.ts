/** What a function says of its parameters in its own source. */
export interface Parameters {
  /** Without the rest parameter. */
  readonly count: number;
  /** Whether it may take more: it has a rest parameter, or uses `arguments`. */
  readonly rest: boolean;
}

const OPEN = '([{';
const CLOSE = ')]}';

/**
 * Counts a function's parameters, those with a default among them, which `length` leaves out. Names are not looked at:
 * a minifier changes them, but never how many there are. `undefined` where the source does not tell
 * (built in, bound) or cannot be read without a parser (a regular expression among the defaults).
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

/** The texts of the parameters. Their list is the first pair of parentheses, unless a computed name comes before. */
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
      // A comma may stand after the last one.
      if (text.trim() !== '') params.push(text.trim());
      if (char === ')') return params;
      text = '';
    } else if (skipped === at) {
      depth += OPEN.includes(char) ? 1 : CLOSE.includes(char) ? -1 : 0;
      text += char;
    } else {
      // What stands in a text matters no more than a comment does, but that there is one.
      text += char === '/' ? '' : '""';
      at = skipped;
    }
  }
  return undefined;
}

/** Where a text or comment that begins here ends; the same place where none begins; `undefined` where that cannot be told. */
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

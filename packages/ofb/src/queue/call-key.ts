/** Limits in characters, levels and parts. Values beyond them are not compared, so the read is not shared. */
const [LONGEST, DEEPEST, MOST] = [4096, 16, 1000];

/** Returns a call's key as a string, `undefined` if it has none. Different values may get the same string; such calls then only wait for each other. */
export function toKey(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return typeof value === 'object' && value !== null ? toText(value) : undefined;
}

/**
 * Returns how arguments can be compared: `true` if all are primitive and compared one by one, a string with their present content if
 * there are objects among them, `undefined` if they cannot be compared.
 */
export function comparable(args: readonly unknown[]): true | string | undefined {
  let plain = true;
  for (const value of args) {
    if (typeof value === 'object' && value !== null) plain = false;
    else if (typeof value === 'function' || typeof value === 'symbol' || (typeof value === 'string' && value.length > LONGEST)) return undefined;
  }
  return plain || toText(args);
}

/** Whether two lists of primitive arguments are equal. A missing argument counts as `undefined`. */
export function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  const length = Math.max(some.length, others.length);
  for (let at = 0; at < length; at++) if (!Object.is(some[at], others[at])) return false;
  return true;
}

/** Converts plain data to a string that does not depend on the order of property names. `undefined` for other values, and for values beyond the limits. */
export function toText(value: unknown): string | undefined {
  try {
    const pieces: string[] = [];
    return write(value, pieces, 0) ? pieces.join('') : undefined;
  } catch {
    // A proxy's trap threw.
    return undefined;
  }
}

function write(value: unknown, pieces: string[], depth: number): boolean {
  if (pieces.length > MOST || depth > DEEPEST) return false;
  if (typeof value === 'object' && value !== null) return writeParts(value, pieces, depth);
  const text = typeof value === 'string' ? quoted(value) : typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value as number);
  pieces.push(text, ',');
  return typeof value !== 'function' && typeof value !== 'symbol' && text.length <= LONGEST;
}

function writeParts(value: object, pieces: string[], depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value) && prototype === Array.prototype;
  if (!isList && prototype !== Object.prototype && prototype !== null) return false;
  const names = Reflect.ownKeys(value);
  if (names.length > MOST || names.some((name) => typeof name === 'symbol')) return false;
  // The array has holes, or additional properties.
  if (isList && names.length !== value.length + 1) return false;
  if (!isList) names.sort();
  pieces.push(isList ? '[' : '{');
  for (const name of names as string[]) {
    if (isList && name === 'length') continue;
    const part = Object.getOwnPropertyDescriptor(value, name);
    if (!part || !('value' in part) || name.length > LONGEST) return false;
    pieces.push(quoted(name), ':');
    if (!write(part.value, pieces, depth + 1)) return false;
  }
  pieces.push(isList ? ']' : '}');
  return true;
}

const quoted = (text: string): string => (text.length > LONGEST ? text : JSON.stringify(text));

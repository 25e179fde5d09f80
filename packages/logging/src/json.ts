const MAX_TEXT = 32_768;
const MAX_DEPTH = 12;
const MAX_ITEMS = 1_000;

/** One line of JSON for any value. What JSON cannot say is put into words; what is too long or too deep is cut, and says so. */
export function toLine(record: object): string {
  try {
    return JSON.stringify(record, replace);
  } catch {
    // Circular, too deep, or a getter or toJSON that throws: the careful way takes each part by itself.
    return JSON.stringify(careful(record, [], MAX_DEPTH));
  }
}

/** An error as Powertools writes it, with its causes and its own fields (`code` …). */
export function errorFields(error: Error, depth = 5): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const own = Object.fromEntries(
    Object.keys(error).flatMap((key) => (key === 'stack' || key === 'cause' ? [] : [[key, (error as unknown as Record<string, unknown>)[key]]])),
  );
  if (cause === undefined) return { ...own, name, message, stack };
  return { ...own, name, message, stack, cause: cause instanceof Error && depth > 0 ? errorFields(cause, depth - 1) : cause };
}

function replace(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length - MAX_TEXT} more characters)` : value;
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    default:
      return value instanceof Error ? errorFields(value) : value instanceof Map ? Object.fromEntries(value) : value instanceof Set ? [...value] : value;
  }
}

function careful(value: unknown, above: readonly object[], depth: number): unknown {
  try {
    const plain = replace('', value);
    if (typeof plain !== 'object' || plain === null) return plain;
    if (above.includes(plain) || above.includes(value as object)) return '[circular]';
    if (depth === 0) return '[too deep]';
    const path = [...above, plain, value as object];
    if (Array.isArray(plain)) return plain.slice(0, MAX_ITEMS).map((item) => careful(item, path, depth - 1));
    if (plain instanceof Date) return plain.toJSON();
    return Object.fromEntries(
      Object.keys(plain)
        .slice(0, MAX_ITEMS)
        .map((key) => [key, carefulField(plain, key, path, depth - 1)]),
    );
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'it throws'}]`;
  }
}

function carefulField(owner: object, key: string, path: readonly object[], depth: number): unknown {
  try {
    return careful((owner as Record<string, unknown>)[key], path, depth);
  } catch {
    return '[unreadable]';
  }
}

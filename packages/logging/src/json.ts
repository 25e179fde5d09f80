const MAX_TEXT = 32_768;
const MAX_DEPTH = 12;
const MAX_ITEMS = 1_000;
const MAX_VALUES = 10_000;
/** In characters, of which UTF-8 takes at most three bytes each: under CloudWatch's 1 MB for an event. */
const MAX_LINE = 262_144;
/** Counted for every value of a careful copy: room for punctuation, a number or `"[cut]"`. */
const SLOT = 10;
const CUT = '[cut]';

/** Stands where reading throws. */
export const UNREADABLE = '[unreadable]';

/** What a careful copy may still hold. */
interface Budget {
  values: number;
  text: number;
}

/** One line of JSON for any record. What JSON cannot say is put into words; what is too long, deep or many is cut, and says so. */
export function toLine(record: object): string {
  try {
    const line = JSON.stringify(record, replacer());
    if (line.length <= MAX_LINE) return line;
  } catch {
    // Circular, too much, or a getter or toJSON that throws: the careful way takes each part by itself.
  }
  return JSON.stringify(careful(record, [], { values: MAX_VALUES, text: MAX_LINE }));
}

/** Gives up as soon as the line must become too long: a small graph that shares its parts can stand for gigabytes. */
function replacer() {
  let left = MAX_LINE;
  return function (this: object, key: string, value: unknown): unknown {
    // A Buffer's own toJSON has been called by now; only its owner still knows what it was.
    const bytes = (value as { type?: unknown } | null | undefined)?.type === 'Buffer' && (this as Record<string, unknown>)[key];
    const told = plain(ArrayBuffer.isView(bytes) ? bytes : value);
    left -= typeof told === 'string' ? told.length + 2 : 2;
    if (left < 0) throw CUT;
    return told;
  };
}

/** Errors of another realm (`node:vm`) are no `instanceof Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** An error as Powertools writes it, with its cause and its own fields (`code` …). */
export function errorFields(error: Error): Record<string, unknown> {
  const names = [...Object.keys(error).filter((key) => key !== 'stack' && key !== 'cause'), 'name', 'message', 'stack', 'cause'];
  return Object.fromEntries(names.map((key) => [key, read(error, key)]));
}

/** A property, or words where its getter throws. */
export function read(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** What a value's `toJSON` makes of it; bytes have a shorter form than Buffer's. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value;
}

/** A value as JSON can say it, its parts untouched. */
export function plain(value: unknown): unknown {
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
    case 'object':
      return value === null || Array.isArray(value) ? value : plainObject(value);
    default:
      return value;
  }
}

function plainObject(value: object): unknown {
  if (isError(value)) return errorFields(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return ArrayBuffer.isView(value) ? `[${Object.prototype.toString.call(value).slice(8, -1)} ${value.byteLength} bytes]` : value;
}

/** A copy that reads each part by itself and stays within the budget. `above` holds two entries for each level. */
function careful(value: unknown, above: readonly unknown[], budget: Budget): unknown {
  try {
    const told = plain(jsonOf(value));
    if (typeof told === 'string') return spend(budget, JSON.stringify(told).length) ? told : CUT;
    if (typeof told !== 'object' || told === null) return told;
    if (above.includes(told) || above.includes(value)) return '[circular]';
    if (above.length >= 2 * MAX_DEPTH) return '[too deep]';
    const path = [...above, told, value];
    return Array.isArray(told) ? carefulItems(told, path, budget) : carefulFields(told, path, budget);
  } catch {
    return UNREADABLE;
  }
}

function carefulItems(items: readonly unknown[], path: readonly unknown[], budget: Budget): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (index === MAX_ITEMS || !spend(budget, SLOT, 1)) return [...copy, CUT];
    copy.push(careful(read(items, String(index)), path, budget));
  }
  return copy;
}

function carefulFields(owner: object, path: readonly unknown[], budget: Budget): object {
  const copy: [string, unknown][] = [];
  for (const key of Object.keys(owner)) {
    if (copy.length === MAX_ITEMS || !spend(budget, SLOT + JSON.stringify(key).length, 1)) {
      copy.push(['…', CUT]);
      break;
    }
    copy.push([key, careful(read(owner, key), path, budget)]);
  }
  return Object.fromEntries(copy);
}

function spend(budget: Budget, text: number, values = 0): boolean {
  if (text > budget.text || values > budget.values) return false;
  budget.text -= text;
  budget.values -= values;
  return true;
}

import { errorReference, isError, isHidden, jsonOf, plain, read, UNREADABLE } from './json.js';
import type { Redaction } from './redact.js';

const MAX_DEPTH = 12;
const MAX_ITEMS = 1_000;
const MAX_VALUES = 10_000;
/** Counted for every value: room for punctuation, a number or `"[cut]"`. */
const SLOT = 10;
const CUT = '[cut]';

/** What a copy may still hold. */
interface Budget {
  values: number;
  text: number;
  /** Errors that have been told in full. */
  readonly seen: WeakSet<object>;
  readonly redaction: Redaction;
}

/** A copy of a record that JSON can say, in at most so many characters. */
export const copyOf = (record: object, text: number, redaction: Redaction): unknown =>
  careful(record, [], { values: MAX_VALUES, text, seen: new WeakSet(), redaction });

/** A copy that reads each part by itself and stays within the budget. `above` holds two entries for each level. */
function careful(value: unknown, above: readonly unknown[], budget: Budget): unknown {
  try {
    const source = jsonOf(value);
    const isAgain = isError(source) && budget.seen.has(source) && !above.includes(source);
    const said = isAgain ? errorReference(source) : plain(source);
    const told = typeof said === 'string' ? budget.redaction.scrub(said) : said;
    if (typeof told === 'string') return spend(budget, JSON.stringify(told).length) ? told : CUT;
    if (typeof told !== 'object' || told === null) return told;
    if (above.includes(told) || above.includes(value)) return '[circular]';
    if (above.length >= 2 * MAX_DEPTH) return '[too deep]';
    if (isError(source)) budget.seen.add(source);
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
    const value = read(owner, key);
    const hidden = budget.redaction.hides(key) && isHidden(owner, key, value);
    copy.push([key, hidden ? budget.redaction.replacement : careful(value, path, budget)]);
  }
  return Object.fromEntries(copy);
}

function spend(budget: Budget, text: number, values = 0): boolean {
  if (text > budget.text || values > budget.values) return false;
  budget.text -= text;
  budget.values -= values;
  return true;
}

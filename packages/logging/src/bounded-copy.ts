import { applyToJson, errorReference, isError, mayBeSecret, readProperty, toJsonValue, UNREADABLE } from './json.js';
import type { Redaction } from './redact.js';

const MAX_DEPTH = 12;
const MAX_ITEMS = 1_000;
const MAX_VALUES = 10_000;
/** Characters that are counted for every value: enough for punctuation, a number or `"[cut]"`. */
const SLOT = 10;
const CUT = '[cut]';

/** The values and characters that a copy may still hold. */
interface Budget {
  values: number;
  text: number;
  /** Errors that have been copied in full. */
  readonly seen: WeakSet<object>;
  readonly redaction: Redaction;
}

/** Copies a record so that JSON can represent it, in at most `text` characters. */
export const copyRecord = (record: object, text: number, redaction: Redaction): unknown =>
  copyValue(record, [], { values: MAX_VALUES, text, seen: new WeakSet(), redaction });

/** Copies a value part by part within the budget. `ancestors` holds two entries for each level. */
function copyValue(value: unknown, ancestors: readonly unknown[], budget: Budget): unknown {
  try {
    const source = applyToJson(value);
    const isRepeated = isError(source) && budget.seen.has(source) && !ancestors.includes(source);
    const converted = isRepeated ? errorReference(source) : toJsonValue(source);
    const copy = typeof converted === 'string' ? budget.redaction.scrub(converted) : converted;
    if (typeof copy === 'string') return spend(budget, JSON.stringify(copy).length) ? copy : CUT;
    if (typeof copy !== 'object' || copy === null) return copy;
    if (ancestors.includes(copy) || ancestors.includes(value)) return '[circular]';
    if (ancestors.length >= 2 * MAX_DEPTH) return '[too deep]';
    if (isError(source)) budget.seen.add(source);
    const path = [...ancestors, copy, value];
    return Array.isArray(copy) ? copyItems(copy, path, budget) : copyFields(copy, path, budget);
  } catch {
    return UNREADABLE;
  }
}

function copyItems(items: readonly unknown[], path: readonly unknown[], budget: Budget): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (index === MAX_ITEMS || !spend(budget, SLOT, 1)) return [...copy, CUT];
    copy.push(copyValue(readProperty(items, String(index)), path, budget));
  }
  return copy;
}

function copyFields(owner: object, path: readonly unknown[], budget: Budget): object {
  const copy: [string, unknown][] = [];
  for (const key of Object.keys(owner)) {
    if (copy.length === MAX_ITEMS || !spend(budget, SLOT + JSON.stringify(key).length, 1)) {
      copy.push(['…', CUT]);
      break;
    }
    const value = readProperty(owner, key);
    const hidden = budget.redaction.hides(key) && mayBeSecret(owner, key, value);
    copy.push([key, hidden ? budget.redaction.replacement : copyValue(value, path, budget)]);
  }
  return Object.fromEntries(copy);
}

function spend(budget: Budget, text: number, values = 0): boolean {
  if (text > budget.text || values > budget.values) return false;
  budget.text -= text;
  budget.values -= values;
  return true;
}

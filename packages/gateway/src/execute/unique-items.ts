/** The value that the validator sees in place of the real one, and the schema that replaces `uniqueItems`. */
export interface UniqueItems {
  /** The value, with arrays that the schema can recognize. Nested values are wrapped when they are read. */
  wrap(value: unknown): unknown;
  /** A schema that accepts everything except arrays with repeated items. */
  readonly schema: object;
}

/** The text of the error, by which it is recognized. */
export const REPEATED = 'items that all differ';

/**
 * Checks `uniqueItems` in linear time. The validator compares every item with every other one, and has no option to change that. For `enum` it
 * calls `some` on the list of allowed values. The list here makes the validator read the array's length, and so learns which array it is.
 */
export function uniqueItems(): UniqueItems {
  let met: readonly unknown[] | undefined;
  let known = new WeakMap<object, boolean>();
  let ids = new Ids();

  const list = {
    some: (equals: (value: unknown) => boolean): boolean => {
      met = undefined;
      equals([]);
      const array = met as readonly unknown[] | undefined;
      if (!array || array.length < 2) return true;
      const isUnique = known.get(array) ?? areUnique(array, ids);
      known.set(array, isUnique);
      return isUnique;
    },
    toJSON: () => REPEATED,
  };
  const meet = (array: readonly unknown[]): void => void (met = array);
  return {
    wrap: (value) => {
      known = new WeakMap();
      ids = new Ids();
      return wrapped(value, meet);
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    schema: { if: { type: 'array' }, then: { enum: list } },
  };
}

type Meet = (array: readonly unknown[]) => void;

/** Wraps a value for the validator. Each array reports when its length is read. */
function wrapped(value: unknown, meet: Meet): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? wrappedArray(value, meet) : wrappedObject(value, meet);
}

function wrappedArray(array: readonly unknown[], meet: Meet): unknown {
  const get = (_: unknown, key: string | symbol): unknown => {
    if (key !== 'length') return wrapped(array[key as unknown as number], meet);
    meet(array);
    return array.length;
  };
  return new Proxy([], { get });
}

/** An object with the same keys, whose values are wrapped when they are read. */
function wrappedObject(value: object, meet: Meet): object {
  const made: object = Object.create(Object.getPrototypeOf(value));
  for (const key of Object.keys(value)) {
    Object.defineProperty(made, key, { enumerable: true, get: () => wrapped(value[key as keyof typeof value], meet) });
  }
  return made;
}

function areUnique(array: readonly unknown[], ids: Ids): boolean {
  const seen = new Set<number>();
  for (const item of array) {
    const id = ids.of(item);
    if (seen.has(id)) return false;
    seen.add(id);
  }
  return true;
}

/** Numbers values. Values that are equal in JSON Schema get the same number. Each array and object is visited once, however often it occurs. */
class Ids {
  /** Numbers of simple values. A Map distinguishes `1`, `'1'` and `true`, but not 0 from -0 or 1 from 1.0. */
  readonly #primitives = new Map<unknown, number>();
  /** Numbers of arrays and objects, by the numbers of their values. */
  readonly #composites = new Map<string, number>();
  readonly #known = new WeakMap<object, number>();
  #count = 0;

  of(value: unknown): number {
    if (typeof value !== 'object' || value === null) return this.#find(this.#primitives, value);
    const known = this.#known.get(value) ?? this.#find(this.#composites, this.#form(value));
    this.#known.set(value, known);
    return known;
  }

  #form(value: object): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.of(item)).join()}]`;
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${this.of(value[key as keyof typeof value])}`).join()}}`;
  }

  #find<Key>(ids: Map<Key, number>, key: Key): number {
    const id = ids.get(key) ?? this.#count++;
    ids.set(key, id);
    return id;
  }
}

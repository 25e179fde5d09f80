import { assertArray, assertInteger, assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';

const MAX_DEPTH = 500;

type Fields = Record<string, unknown>;

/** Whether a key leads from an object to a prototype that all objects share. */
const reachesPrototype = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';

const isPlain = (value: unknown): value is Fields => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

/** @throws `InvalidParams` for circular objects, and for nesting so deep that the stack would overflow */
function assertNoCircle(name: string, value: unknown, ancestors: readonly unknown[]): void {
  if (ancestors.includes(value)) throw invalidParam('utility', name.slice(0, 100), value, 'an object without circular references');
  if (ancestors.length >= MAX_DEPTH) throw invalidParam('utility', name.slice(0, 100), value, `nested at most ${MAX_DEPTH} deep`);
}

/** Merges plain objects into a new one. */
export function deepMerge(...objects: readonly object[]): Fields {
  for (const [index, one] of objects.entries()) if (!isPlain(one)) throw invalidParam('utility', `objects/${index}`, one, 'a plain object');
  return objects.reduce<Fields>((merged, one) => mergeInto(merged, one as Fields, [one]), {});
}

function mergeInto(target: Fields, source: Fields, ancestors: readonly unknown[]): Fields {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (reachesPrototype(key)) continue;
    if (!isPlain(value)) {
      target[key] = value;
    } else {
      assertNoCircle(key, value, ancestors);
      const existing = target[key];
      target[key] = mergeInto(isPlain(existing) ? existing : {}, value, [...ancestors, value]);
    }
  }
  return target;
}

/** Returns the value at a path. Only own properties are read. */
export function safeGet(source: unknown, path: string | readonly (string | number)[], fallback?: unknown): unknown {
  let value = source;
  for (const key of parsePath(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return fallback;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value === undefined ? fallback : value;
}

function parsePath(path: string | readonly (string | number)[]): readonly (string | number)[] {
  if (typeof path === 'string') return path === '' ? [] : path.replace(/\[(\w+)\]/g, '.$1').split('.');
  if (Array.isArray(path) && path.every((key) => typeof key === 'string' || typeof key === 'number')) return path;
  throw invalidParam('utility', 'path', path, 'a string like "user.roles[0]" or an array of keys');
}

/** Flattens nested objects and arrays to one object. An empty one stays a value, so that nothing is lost. */
export function flatten(source: object, separator = '.'): Fields {
  if (!isNested(source)) throw invalidParam('utility', 'source', source, 'a plain object or an array');
  assertString('utility', 'separator', separator);
  const flat = new Map<string, unknown>();
  const walk = (value: Fields, prefix: string, ancestors: readonly unknown[]): void => {
    for (const key of Object.keys(value)) {
      const [inner, path] = [value[key], prefix + key];
      if (!isNested(inner) || Object.keys(inner).length === 0) {
        if (flat.has(path)) throw invalidParam('utility', path.slice(0, 100), inner, 'the path of one value alone (another separator may help)');
        flat.set(path, inner);
      } else {
        assertNoCircle(path, inner, ancestors);
        walk(inner, path + separator, [...ancestors, inner]);
      }
    }
  };
  walk(source as Fields, '', [source]);
  return Object.fromEntries(flat);
}

const isNested = (value: unknown): value is Fields => Array.isArray(value) || isPlain(value);

/** Splits items into arrays of `size`. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  assertArray('utility', 'items', items);
  assertInteger('utility', 'size', size, [1]);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

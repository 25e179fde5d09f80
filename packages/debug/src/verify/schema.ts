import { isObject } from '@suga/gateway/check';
import { toBoundedText } from '../bounded-copy.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
/** Maximum depth, because a schema may contain itself. */
const DEPTH = 20;

type Keywords = Readonly<Record<string, unknown>>;

/** Finds the most common mistakes in a JSON Schema, not all possible ones. */
export function checkSchema(schema: unknown, where: string, depth = 0): readonly string[] {
  if (!isObject(schema)) return [`${where} has no schema`];
  if (depth > DEPTH) return [`${where} is nested too deeply`];
  const { type, properties, items, required } = schema;
  const inner = (value: unknown, path: string): readonly string[] => (typeof value === 'boolean' ? [] : checkSchema(value, `${where}/${path}`, depth + 1));
  const found = [type ?? []].flat().flatMap((one) => (TYPES.includes(one as string) ? [] : [`${where}: "${toBoundedText(one, 40)}" is not a JSON type`]));
  found.push(...choices(schema, where), ...limits(schema, where));
  if (properties !== undefined && !isObject(properties)) found.push(`${where}: properties is not an object`);
  if (isObject(properties)) for (const [key, value] of Object.entries(properties)) found.push(...inner(value, key));
  if (items !== undefined) found.push(...inner(items, 'items'));
  if (required !== undefined && !Array.isArray(required)) found.push(`${where}: required is not an array`);
  if (Array.isArray(required) && isObject(properties)) {
    found.push(
      ...required
        .filter((key) => !Object.hasOwn(properties, key))
        .map((key) => `${where} requires "${toBoundedText(key, 100)}", which is not among its properties`),
    );
  }
  return found;
}

function choices({ enum: choice, pattern }: Keywords, where: string): readonly string[] {
  const found = choice === undefined || (Array.isArray(choice) && choice.length > 0) ? [] : [`${where}: enum is empty`];
  try {
    if (pattern !== undefined) new RegExp(pattern as string, 'u');
  } catch {
    found.push(`${where}: pattern is not a regular expression`);
  }
  return found;
}

const PAIRS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

/** Finds limits that no value can satisfy. */
const limits = (schema: Keywords, where: string): readonly string[] =>
  PAIRS.flatMap(([least, most]) => {
    const [low, high] = [schema[least], schema[most]];
    return typeof low === 'number' && typeof high === 'number' && low > high ? [`${where}: ${least} is above ${most}`] : [];
  });

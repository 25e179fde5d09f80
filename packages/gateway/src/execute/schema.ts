import { dereference, type OutputUnit, validate } from '@cfworker/json-schema';
import type { Schema } from '../gateway.js';
import { REPEATED, type UniqueItems, uniqueItems } from './unique-items.js';

/** A subschema: an object or a boolean. */
type Node = Readonly<Record<string, unknown>>;

/** Keywords that are cheap to check, however large the value is. */
const BOUNDS = ['type', 'const', 'enum', 'required', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
BOUNDS.push('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'dependentRequired');

/** Keywords that apply to values of any type. */
const GENERAL = ['allOf', 'anyOf', 'oneOf', 'not', 'if', '$ref'];
/** Keywords that apply to one type only. They cost nothing for a value of another type. */
const TYPED = ['format', 'pattern', 'uniqueItems', 'prefixItems', 'items', 'additionalItems', 'contains', 'unevaluatedItems', 'properties'];
TYPED.push('patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames', 'dependentSchemas', 'dependencies');

/** Keywords whose value is an object of schemas. */
const MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas', 'dependencies']);
/** Keywords whose value is a schema or a list of schemas. */
const INNER = [...GENERAL, ...TYPED, 'then', 'else'].filter((keyword) => !MAPS.has(keyword));

/** Returns the errors of a value; an empty list if it is valid. @throws RangeError for a value that is nested too deeply */
export type Validate = (value: unknown) => readonly OutputUnit[];

/**
 * Creates a validator for a JSON Schema, with the library `@cfworker/json-schema`. The library evaluates every keyword even if another one has
 * failed, so a pattern would run on a string that is too long for it. Therefore every schema, at any depth, becomes
 * `{ if: its bounds, then: itself, else: its bounds }`. `uniqueItems` becomes a schema of ours, because the library compares every item with
 * every other one. The given schema is not changed.
 * @throws SyntaxError for an invalid pattern; Error for a `$ref` without a target, or for a value that no schema can have
 */
export function compile(schema: Schema): Validate {
  const copy = structuredClone(schema);
  const lookup: Record<string, unknown> = dereference(copy);
  const unique = uniqueItems();
  const gates = new Gates({ ...lookup }, unique);
  // References are resolved when they are evaluated, so they lead to rewritten schemas as well.
  for (const [uri, node] of Object.entries(lookup)) lookup[uri] = gates.of(node);
  const gated = gates.of(copy);
  return (value) => {
    const { errors } = validate(gates.hasUniqueItems ? unique.wrap(value) : value, gated as object, '2020-12', lookup as never);
    return errors.map((error) =>
      error.keyword === 'enum' && error.error.endsWith(`"${REPEATED}".`) ? { ...error, keyword: 'uniqueItems', error: REPEATED } : error,
    );
  };
}

/** Rewrites schemas so that their bounds are checked before all other keywords. */
class Gates {
  hasUniqueItems = false;
  readonly #schemas: Readonly<Record<string, unknown>>;
  readonly #unique: UniqueItems;
  readonly #gated = new Map<Node, Node>();
  readonly #bounds = new Map<Node, Record<string, unknown>>();

  constructor(schemas: Readonly<Record<string, unknown>>, unique: UniqueItems) {
    this.#schemas = schemas;
    this.#unique = unique;
  }

  of(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((each) => this.of(each));
    return isNode(node) ? (this.#gated.get(node) ?? this.#gate(node)) : node;
  }

  #gate(node: Node): Node {
    const own: Record<string, unknown> = { ...node };
    for (const keyword of INNER) if (keyword in node) own[keyword] = this.of(node[keyword]);
    for (const keyword of MAPS) if (isNode(node[keyword])) own[keyword] = mapped(node[keyword], (each) => this.of(each));
    assertPatterns(node);
    if ('uniqueItems' in node) this.#replaceUniqueItems(own);
    if ('$ref' in node) own['__absolute_ref__'] = targetOf(node);
    const bounds = this.#boundsOf(node);
    const [first, more] = Object.keys(bounds);
    const costly = first === 'type' && more === undefined ? GENERAL : [...GENERAL, ...TYPED];
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    const gated = first !== undefined && costly.some((keyword) => keyword in node) ? { if: bounds, then: own, else: bounds } : own;
    this.#gated.set(node, gated);
    return gated;
  }

  #replaceUniqueItems(own: Record<string, unknown>): void {
    if (own['uniqueItems'] === true) {
      this.hasUniqueItems = true;
      own['allOf'] = [...((own['allOf'] as readonly unknown[] | undefined) ?? []), this.#unique.schema];
    }
    delete own['uniqueItems'];
  }

  /** The bounds that can be checked without looking into the value: those of the schema itself, and of schemas that apply to the same value. */
  #boundsOf(node: unknown): Record<string, unknown> {
    if (!isNode(node)) return {};
    const known = this.#bounds.get(node);
    if (known) return known;
    const bounds: Record<string, unknown> = {};
    this.#bounds.set(node, bounds);
    for (const keyword of BOUNDS) if (keyword in node) bounds[keyword] = node[keyword];
    const { allOf = [], propertyNames } = node as { readonly allOf?: readonly unknown[]; readonly propertyNames?: unknown };
    const same = [...allOf, ...('$ref' in node ? [this.#target(node)] : [])].map((each) => this.#boundsOf(each)).filter(isNotEmpty);
    if (same.length > 0) bounds['allOf'] = same;
    const names = this.#boundsOf(propertyNames);
    if (isNotEmpty(names)) bounds['propertyNames'] = names;
    if (node['items'] === false) bounds['maxItems'] = Math.min(lengthOf(node['prefixItems']), (node['maxItems'] as number | undefined) ?? Infinity);
    if (node['additionalProperties'] === false) close(bounds, node);
    return bounds;
  }

  #target(node: Node): unknown {
    const uri = targetOf(node);
    if (uri in this.#schemas) return this.#schemas[uri];
    throw new Error(`"$ref": ${JSON.stringify(node['$ref'])} leads nowhere.`);
  }
}

/** Refuses unknown properties before the known ones are checked. Patterns for names run only on names that fit the other bounds. */
function close(bounds: Record<string, unknown>, { properties, patternProperties }: Node): void {
  const only = (of: unknown): Node => mapped(isNode(of) ? of : {}, (each) => each !== false);
  const closed = { properties: only(properties), additionalProperties: false };
  if (patternProperties === undefined) Object.assign(bounds, closed);
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  else Object.assign(bounds, { if: { ...bounds }, then: { ...closed, patternProperties: only(patternProperties) } });
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const isNotEmpty = (bounds: object): boolean => Object.keys(bounds).length > 0;

/** The reference as the validator has resolved it. */
const targetOf = (node: Node): string => String(node['__absolute_ref__']);

const mapped = (nodes: Node, map: (node: unknown) => unknown): Node => Object.fromEntries(Object.entries(nodes).map(([name, each]) => [name, map(each)]));

/** @throws SyntaxError at once, and not when the first value is validated */
function assertPatterns({ pattern, patternProperties }: Node): void {
  for (const each of [pattern ?? [], Object.keys(patternProperties ?? {})].flat()) new RegExp(each as string, 'u');
}

import { Validator } from '@cfworker/json-schema';
import { control, createGateway, isSugaError, type Schema } from '@suga/gateway';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errorOf, single } from './fixtures/notes.js';

afterEach(() => void vi.restoreAllMocks());

/** Calls an operation with a value of that schema. */
const door = (schema: Schema) => {
  const gateway = createGateway({});
  control(gateway).register(
    'it',
    single({ params: { value: schema }, required: ['value'] }, (value) => value),
  );
  return (value: unknown) => control(gateway).execute('it', 'run', { value });
};

/** How often a regular expression saw the text. */
const countTests = () => {
  const seen: unknown[] = [];
  const { test } = RegExp.prototype;
  vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text) {
    if (this.source === EVIL) seen.push(text);
    return this.source === EVIL ? true : test.call(this, text);
  });
  return seen;
};

// 27 letters take seconds, 40 take hours.
const EVIL = '^(a+)+$';
const LONG = `${'a'.repeat(27)}!`;
const bounded = { type: 'string', maxLength: 5, pattern: EVIL } as const;

describe('a pattern never runs on what a bound refuses', () => {
  it.each<[string, Schema, unknown, string]>([
    ['too long', bounded, LONG, 'a length up to 5'],
    ['too short', { minLength: 50, pattern: EVIL }, LONG, 'a length from 50'],
    ['another type', { type: 'number', anyOf: [{ pattern: EVIL }, { type: 'number' }] }, LONG, 'number'],
    ['another type, with a reference', { $defs: { a: { pattern: EVIL } }, type: 'number', $ref: '#/$defs/a' }, LONG, 'number'],
    ['not among those', { enum: ['a', 'b'], pattern: EVIL }, LONG, 'does not match any of'],
    ['not that one', { const: 'a', pattern: EVIL }, LONG, 'does not match "a"'],
    ['in a property', { type: 'object', properties: { name: bounded } }, { name: LONG }, 'a length up to 5'],
    ['in any property', { additionalProperties: bounded }, { name: LONG }, 'a length up to 5'],
    ['in an item', { type: 'array', items: bounded }, [LONG], 'a length up to 5'],
    ['in an item by its place', { prefixItems: [bounded] }, [LONG], 'a length up to 5'],
    ['among too many items', { maxItems: 2, items: { pattern: EVIL } }, [LONG, LONG, LONG], 'a number of items up to 2'],
    ['among too few items', { minItems: 2, items: { pattern: EVIL } }, [LONG], 'a number of items from 2'],
    ['among too many properties', { maxProperties: 1, additionalProperties: { pattern: EVIL } }, { a: LONG, b: LONG }, 'a number of properties up to 1'],
    ['without what is required', { required: ['a'], properties: { b: { pattern: EVIL } } }, { b: LONG }, 'required'],
    ['in the name of a property', { propertyNames: bounded }, { [LONG]: 1 }, 'a length up to 5'],
    ['in the name of a property, by patterns', { propertyNames: { maxLength: 5 }, patternProperties: { [EVIL]: {} } }, { [LONG]: 1 }, 'a length up to 5'],
    ['in an alternative', { anyOf: [bounded, { type: 'number' }] }, LONG, ''],
    ['in one alternative', { oneOf: [bounded, { type: 'number' }] }, LONG, ''],
    ['in another part', { allOf: [{ pattern: EVIL }, { maxLength: 5 }] }, LONG, 'a length up to 5'],
    ['in a part of a part', { allOf: [{ pattern: EVIL }, { allOf: [{ maxLength: 5 }] }] }, LONG, 'a length up to 5'],
    ['in what a reference leads to', { $defs: { short: bounded }, $ref: '#/$defs/short' }, LONG, 'a length up to 5'],
    ['beside a reference', { $defs: { short: { maxLength: 5 } }, $ref: '#/$defs/short', pattern: EVIL }, LONG, 'a length up to 5'],
    ['in a reference to a place', { properties: { a: bounded, b: { $ref: '#/properties/a' } } }, { b: LONG }, 'a length up to 5'],
    ['in a branch', { if: { maxLength: 50 }, then: bounded }, LONG, 'a length up to 5'],
    [
      'in what depends on a property',
      { dependentSchemas: { a: { maxProperties: 1, properties: { a: { pattern: EVIL } } } } },
      { a: LONG, b: 1 },
      'a number of properties up to 1',
    ],
    ['among others that may be', { unevaluatedProperties: bounded }, { a: LONG }, 'a length up to 5'],
    ['beside an unknown property', { properties: { a: { pattern: EVIL } }, additionalProperties: false }, { a: LONG, b: 1 }, '"value/b" is invalid'],
    ['beside what may not be', { properties: { a: { pattern: EVIL }, b: false }, additionalProperties: false }, { a: LONG, b: 1 }, ''],
    [
      'beside an unknown property, with patterns',
      { properties: { a: { pattern: EVIL } }, patternProperties: { '^x': {} }, additionalProperties: false },
      { a: LONG, b: 1 },
      '"value/b" is invalid',
    ],
    [
      'in the name of a property, where others are not allowed',
      { propertyNames: { maxLength: 5 }, patternProperties: { [EVIL]: {} }, additionalProperties: false },
      { [LONG]: 1 },
      'a length up to 5',
    ],
    [
      'beside an unknown property, in another part',
      { allOf: [{ properties: { a: { pattern: EVIL } } }, { properties: { a: {} }, additionalProperties: false }] },
      { a: LONG, b: 1 },
      '"value/b" is invalid',
    ],
    ['among more items than are described', { prefixItems: [{ pattern: EVIL }], items: false }, [LONG, 1], 'a number of items up to 1'],
    ['without what another property requires', { dependentRequired: { a: ['b'] }, properties: { a: { pattern: EVIL } } }, { a: LONG }, 'does not have "b"'],
    ['in a tree', { type: 'object', properties: { name: bounded, child: { $ref: '#' } } }, { child: { child: { name: LONG } } }, 'a length up to 5'],
  ])('%s', async (_, schema, value, says) => {
    const seen = countTests();
    const error = await errorOf(() => door(schema)(value));
    expect(error).toMatchObject({ code: 'InvalidParams', message: expect.stringContaining(says) });
    expect(seen).toEqual([]);
  });

  it.each<[Schema, unknown, string]>([
    [{ minLength: 2 }, 'a', 'a length from 2, got "a"'],
    [{ maxLength: 2 }, 'abc', 'a length up to 2, got "abc"'],
    [{ minItems: 2 }, [1], 'a number of items from 2, got an array of 1'],
    [{ maxItems: 1 }, [1, 2], 'a number of items up to 1, got an array of 2'],
    [{ minProperties: 1 }, {}, 'a number of properties from 1, got an object'],
    [{ maxProperties: 0 }, { a: 1 }, 'a number of properties up to 0, got an object'],
    [{ minimum: -1.5 }, -2, 'a number from -1.5, got -2'],
    [{ maximum: 1e21 }, 2e21, 'a number up to 1e+21, got 2e+21'],
    [{ exclusiveMinimum: 0 }, 0, 'a number above 0, got 0'],
    [{ exclusiveMaximum: 10 }, 10.5, 'a number below 10, got 10.5'],
  ])('says what %j asks for', async (schema, value, says) => {
    expect((await errorOf(() => door(schema)(value))).message).toBe(`it.run: "value" is invalid: expected ${says}.`);
  });

  it('and does on what the bounds let through', () => {
    const seen = countTests();
    expect(door(bounded)('aaa')).toBe('aaa');
    expect(door({ type: 'object', properties: { name: bounded } })({ name: 'aa' })).toEqual({ name: 'aa' });
    expect(seen).toEqual(['aaa', 'aa']);
  });

  it('nor does a format', async () => {
    const seen: string[] = [];
    const { test } = RegExp.prototype;
    vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text) {
      if (text.length > 1000) seen.push(this.source);
      return test.call(this, text);
    });
    const long = 'x@'.repeat(2000);
    expect(await errorOf(() => door({ maxLength: 300, format: 'email' })(long))).toMatchObject({ message: expect.stringContaining('a length up to 300') });
    expect(seen).toEqual([]);
  });

  it('nor are items compared that are too many', async () => {
    let reads = 0;
    const items = Array.from({ length: 100 }, (_, index) =>
      Object.defineProperty({}, 'id', {
        enumerable: true,
        get: () => {
          reads++;
          return index;
        },
      }),
    );
    for (const schema of [{ maxItems: 5, uniqueItems: true }, { anyOf: [{ maxItems: 5, uniqueItems: true }] }]) {
      expect(await errorOf(() => door(schema)(items))).toMatchObject({ code: 'InvalidParams' });
    }
    expect(reads).toBe(0);
    expect(door({ maxItems: 100, uniqueItems: true })(items)).toBe(items);
    expect(reads).toBeGreaterThan(0);
  });
});

describe('uniqueItems', () => {
  const COUNT = 200_000;
  const numbers = (): unknown[] => Array.from({ length: COUNT }, (_, index) => index);
  const unique = { uniqueItems: true } as const;
  // Each with each would be 40,000,000,000 comparisons: a minute and more.
  it.each<[string, Schema, (items: unknown[]) => unknown]>([
    ['numbers', unique, (items) => items],
    ['texts', unique, (items) => items.map(String)],
    ['objects', unique, (items) => items.map((id) => ({ id, tags: [id] }))],
    ['in a property', { properties: { a: unique } }, (a) => ({ a })],
    ['in an alternative', { anyOf: [{ type: 'string' }, unique] }, (items) => items],
    ['by reference', { $defs: { list: unique }, items: { $ref: '#/$defs/list' } }, (items) => [items]],
    ['with bounds of items', { type: 'array', uniqueItems: true, items: { type: 'number', maximum: COUNT } }, (items) => items],
    ['many that repeat, in an alternative', { items: { anyOf: [unique, {}] } }, (items) => items.slice(0, COUNT / 4).map((id) => [id, id])],
    ['frozen', unique, (items) => Object.freeze(items)],
  ])('takes as many steps as there are items: %s', (_, schema, of) => {
    const value = of(numbers());
    expect(door(schema)(value)).toBe(value);
  });

  it('also where the last of many is there already, or items do not fit', async () => {
    const repeated = [...numbers(), COUNT - 1];
    expect(await errorOf(() => door({ items: { type: 'number' }, uniqueItems: true })(repeated))).toMatchObject({
      code: 'InvalidParams',
      issues: [{ param: 'value', problem: 'invalid', expected: 'items that all differ' }],
    });
    const long = numbers().map((index) => `a long text ${index}`);
    expect(await errorOf(() => door({ type: 'array', uniqueItems: true, items: { type: 'string', maxLength: 5 } })(long))).toMatchObject({
      message: expect.stringContaining('a length up to 5'),
    });
  });

  it('and no more for what is nested deeply', () => {
    let deep: unknown[] = numbers();
    for (let level = 0; level < 200; level++) deep = [level, deep];
    expect(door({ uniqueItems: true, items: { $ref: '#' } })(deep)).toBe(deep);
  });

  it.each<[unknown[], boolean]>([
    [[], true],
    [[1, 1.0], false],
    [[0, -0], false],
    [[1, true], true],
    [[1, '1'], true],
    [[0, false, null, '', [], {}], true],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      false,
    ],
    [[{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }], false],
    [[{ a: 1 }, { a: '1' }], true],
    [
      [
        [1, 2],
        [2, 1],
      ],
      true,
    ],
    [[[1], '[1]', { 0: 1 }], true],
    [[['a,b'], ['a', 'b']], true],
    [[{ 'a":1,"b': 1 }, { a: 1, b: 1 }], true],
    [[null, null], false],
    [[JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}')], false],
    [[JSON.parse('{"__proto__":1}'), {}], true],
  ])('%j differ: %s', async (items, fits) => {
    for (const [schema, value] of [
      [unique, items],
      [{ items: { ...unique, maxItems: 9 } }, [items]],
      [{ additionalProperties: { not: { not: unique } } }, { a: items }],
    ] as const) {
      if (fits) expect(door(schema)(value)).toBe(value);
      else expect(await errorOf(() => door(schema)(value))).toMatchObject({ code: 'InvalidParams' });
    }
    expect(door({ uniqueItems: false })(items)).toBe(items);
  });
});

describe('with bounds first', () => {
  const leaf = fc.oneof(
    fc.record({ type: fc.constantFrom('string', 'number', 'integer', 'array', 'object', 'null', 'boolean') }),
    fc.record({ maxLength: fc.nat(3), pattern: fc.constantFrom('^a', 'b$', '^[ab]*$') }),
    fc.record({ minLength: fc.nat(3), format: fc.constantFrom('email', 'date') }),
    fc.record({ minimum: fc.integer({ min: -2, max: 2 }), multipleOf: fc.constantFrom(1, 2) }),
    fc.record({ maxItems: fc.nat(3), uniqueItems: fc.boolean() }),
    fc.record({ uniqueItems: fc.constant(true), items: fc.constantFrom({}, { type: 'array', uniqueItems: true }, { const: 1 }) }),
    fc.record({ prefixItems: fc.constantFrom([{ type: 'number' }], [{}, {}]), items: fc.constant(false) }),
    fc.constant({ not: { uniqueItems: true } }),
    fc.record({ enum: fc.array(fc.constantFrom('a', 'b', 1, null), { minLength: 1 }) }),
    fc.record({ required: fc.subarray(['a', 'b']), maxProperties: fc.nat(3) }),
    fc.constant({ const: ['a'] }),
    fc.constantFrom({ $ref: '#/$defs/a' }, { $ref: '#/$defs/b', maxLength: 2 }),
  );
  const { node } = fc.letrec<{ node: object }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      leaf,
      fc.record({
        type: fc.constant('object'),
        properties: fc.record({ a: tie('node'), b: tie('node') }),
        additionalProperties: fc.oneof(fc.boolean(), tie('node')),
      }),
      fc.record({ minItems: fc.nat(2), items: tie('node') }),
      fc.record({ prefixItems: fc.tuple(tie('node')), unevaluatedItems: tie('node') }),
      fc.record({ allOf: fc.array(tie('node'), { minLength: 1, maxLength: 3 }), unevaluatedProperties: fc.boolean() }),
      fc.record({ anyOf: fc.array(tie('node'), { minLength: 1, maxLength: 3 }), maxLength: fc.nat(4) }),
      fc.record({ oneOf: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('node'), minLength: fc.nat(2) }),
      fc.record({ if: tie('node'), then: tie('node'), else: tie('node') }),
      fc.record({ propertyNames: tie('node'), patternProperties: fc.record({ '^a': tie('node') }) }),
      fc.record({ contains: tie('node'), minItems: fc.nat(2) }),
    ),
  }));
  const instance = fc.jsonValue({ maxDepth: 3, stringUnit: fc.constantFrom('a', 'b', '@') });

  it('a schema lets through what it let through before, and refuses the rest', () => {
    fc.assert(
      fc.property(node, leaf, leaf, fc.array(instance, { minLength: 5, maxLength: 20 }), (root, a, b, values) => {
        // References among the definitions could go round in a circle.
        const plain = (of: object): object => ('$ref' in of ? {} : of);
        const schema = { ...root, $defs: { a: plain(a), b: plain(b) } };
        const before = JSON.stringify(schema);
        const call = door(schema);
        const validator = new Validator(structuredClone(schema), '2020-12');
        for (const value of values) {
          const expected = validator.validate(value).valid;
          let given = true;
          try {
            call(value);
          } catch (error) {
            if (!isSugaError(error, 'InvalidParams')) throw error;
            given = false;
          }
          expect(given, JSON.stringify([schema, value])).toBe(expected);
        }
        expect(JSON.stringify(schema)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('may be frozen, and is not changed', () => {
    const schema = Object.freeze({ type: 'object', properties: Object.freeze({ a: Object.freeze({ type: 'string', maxLength: 1 }) }) });
    expect(door(schema)({ a: 'x' })).toEqual({ a: 'x' });
  });

  it.each<[string, Schema, RegExp]>([
    ['a pattern that is none', { pattern: '(' }, /operation "run" has an invalid schema for "value": Invalid regular expression/],
    ['a pattern deep inside', { properties: { a: { items: { pattern: 'a{1' } } } }, /Invalid regular expression/],
    ['the pattern of a name', { patternProperties: { '[': {} } }, /Invalid regular expression/],
    ['a reference that leads nowhere', { properties: { a: { $ref: '#/$defs/gone' } } }, /"\$ref": "#\/\$defs\/gone" leads nowhere/],
    ['what JSON cannot hold', { default: () => 1 }, /could not be cloned/],
  ])('is refused by name if it has %s', async (_, schema, says) => {
    expect(await errorOf(() => door(schema)({ a: ['x'] }))).toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringMatching(says),
      cause: expect.anything(),
    });
  });

  it('a value that is nested too deeply is reported as that', async () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const schema = { items: { $ref: '#' } };
    expect(await errorOf(() => door(schema)(deep))).toMatchObject({ code: 'InvalidParams', message: expect.stringContaining('nested less deeply') });
  });
});

import * as check from '@suga/gateway/check';
import { describe, expect, it } from 'vitest';

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'InvalidParams', issues: [{ problem: 'invalid' }] });
    return (error as Error).message;
  }
}

const { assertArray, assertBoolean, assertFunction, assertInteger, assertName, assertNames, assertNumber, assertObject, assertOneOf, assertString } = check;

describe('a check returns a valid value', () => {
  const object = { a: 1 };
  const run = (): number => 1;
  it.each<[string, unknown, unknown]>([
    ['an object', assertObject('x', 'p', object), object],
    ['a string', assertString('x', 'p', ''), ''],
    ['a name', assertName('x', 'p', 'a'), 'a'],
    ['a boolean', assertBoolean('x', 'p', false), false],
    ['a function', assertFunction('x', 'p', run), run],
    ['one of several words', assertOneOf('x', 'p', 'b', ['a', 'b']), 'b'],
    ['an integer at the lower bound', assertInteger('x', 'p', 1, [1, 5]), 1],
    ['an integer at the upper bound', assertInteger('x', 'p', 5, [1, 5]), 5],
    ['a number at a bound that is included', assertNumber('x', 'p', 0, { min: 0 }), 0],
    ['a negative number without a lower bound', assertNumber('x', 'p', -1.5, { max: 0 }), -1.5],
    ['Infinity, without an upper bound', assertNumber('x', 'p', Number.POSITIVE_INFINITY, { above: 0 }), Number.POSITIVE_INFINITY],
  ])('%s', (_, value, expected) => {
    expect(value).toBe(expected);
  });

  it('and a copy of an array', () => {
    const list = ['a'];
    for (const copy of [assertArray('x', 'p', list), assertNames('x', 'p', list)]) {
      expect(copy).toEqual(list);
      expect(copy).not.toBe(list);
    }
  });
});

describe('a check refuses', () => {
  it.each<[string, () => unknown, string]>([
    ['null', () => assertObject('x', 'p', null), 'x: "p" must be an object, got null.'],
    ['an array as an object', () => assertObject('x', 'p', []), 'x: "p" must be an object, got an array.'],
    ['a number as a string', () => assertString('x', 'p', 5), 'x: "p" must be a string, got 5.'],
    ['an empty name', () => assertName('x', 'p', ''), 'x: "p" must be a non-empty string, got "".'],
    ['a string as a boolean, and does not show it', () => assertBoolean('x', 'p', 'hunter2'), 'x: "p" must be true or false, got string.'],
    ['an object as a function', () => assertFunction('x', 'p', {}), 'x: "p" must be a function, got object.'],
    ['a string as an array', () => assertArray('x', 'p', 'abc' as never), 'x: "p" must be an array, got string.'],
    ['an empty name in a list', () => assertNames('x', 'p', ['a', '']), 'x: "p" must be an array of non-empty strings, got "".'],
    ['a name in place of a list', () => assertNames('x', 'p', 'a'), 'x: "p" must be an array of non-empty strings, got string.'],
    ['another word', () => assertOneOf('x', 'p', 'c', ['a', 'b']), 'x: "p" must be one of "a", "b", got string.'],
    ['a fraction', () => assertInteger('x', 'p', 1.5, [1]), 'x: "p" must be an integer of at least 1, got 1.5.'],
    ['an integer below the range', () => assertInteger('x', 'p', 0, [1, 5]), 'x: "p" must be an integer from 1 to 5, got 0.'],
    ['an integer above the range', () => assertInteger('x', 'p', 6, [1, 5]), 'x: "p" must be an integer from 1 to 5, got 6.'],
    ['NaN', () => assertNumber('x', 'p', Number.NaN, { min: 0 }), 'x: "p" must be a number from 0, or Infinity, got NaN.'],
    ['a number at a bound that is not included', () => assertNumber('x', 'p', 0, { above: 0 }), 'x: "p" must be a number above 0, or Infinity, got 0.'],
    [
      'Infinity, with an upper bound',
      () => assertNumber('x', 'p', Number.POSITIVE_INFINITY, { above: 0, max: 9, unit: check.MILLISECONDS }),
      'x: "p" must be a number of milliseconds above 0 and at most 9, got Infinity.',
    ],
    [
      'Infinity as a finite number',
      () => assertNumber('x', 'p', Number.POSITIVE_INFINITY, { above: 0, max: check.FINITE }),
      'x: "p" must be a finite number above 0, got Infinity.',
    ],
    ['a negative finite number', () => assertNumber('x', 'p', -1, { min: 0, max: check.FINITE }), 'x: "p" must be a finite number of at least 0, got -1.'],
    ['a number above the range', () => assertNumber('x', 'p', 2, { min: 0, max: 1 }), 'x: "p" must be a number from 0 to 1, got 2.'],
  ])('%s', (_, run, message) => {
    expect(messageOf(run)).toBe(message);
  });
});

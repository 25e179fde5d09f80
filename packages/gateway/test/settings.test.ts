import { flagSetting, nameSetting, namesSetting, numberSetting, splitNames, toBoolean } from '@suga/gateway/settings';
import { afterEach, describe, expect, it, vi } from 'vitest';

const at = { where: 'x', option: 'speed', variable: 'X_SPEED' };
const set = (value: string): unknown => vi.stubEnv('X_SPEED', value);
afterEach(() => vi.unstubAllEnvs());

describe('a switch', () => {
  it.each([
    [undefined, true],
    ['', true],
    [' TRUE ', true],
    ['1', true],
    ['yes', true],
    ['on', true],
    ['false', false],
    ['0', false],
    ['no', false],
    [' Off', false],
  ])('is read from %j as %s', (text, value) => {
    if (text !== undefined) set(text);
    expect(flagSetting(at, undefined)).toBe(value);
    expect(toBoolean(text ?? '')).toBe(text?.trim() ? value : undefined);
  });

  it('is the option, if there is one', () => {
    set('false');
    expect(flagSetting(at, true)).toBe(true);
  });

  it('refuses other words and other types', () => {
    set('perhaps');
    expect(() => flagSetting(at, undefined)).toThrow('x: "X_SPEED" must be one of true, 1, yes, on, false, 0, no, off, got "perhaps".');
    expect(() => flagSetting(at, 'true' as never)).toThrow('x: "speed" must be true or false, got string.');
  });
});

describe('a number', () => {
  const seconds = { ...at, fallback: 30, min: 0, scale: 1000 };
  const count = { ...at, fallback: 3, min: 0, max: 9, integer: true };

  it('is the option, else the variable in its own unit, else the fallback', () => {
    expect(numberSetting(seconds, undefined)).toBe(30);
    set(' 2.5 ');
    expect(numberSetting(seconds, undefined)).toBe(2500);
    expect(numberSetting(seconds, 7)).toBe(7);
  });

  it.each([
    ['-1', 'x: "X_SPEED" must be a number of at least 0, got "-1".'],
    ['fast', 'x: "X_SPEED" must be a number of at least 0, got "fast".'],
    ['Infinity', 'x: "X_SPEED" must be a number of at least 0, got "Infinity".'],
  ])('refuses %s', (text, message) => {
    set(text);
    expect(() => numberSetting(seconds, undefined)).toThrow(message);
  });

  it('may be endless as an option without an upper bound', () => {
    expect(numberSetting(seconds, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has the unit of the variable in the error for it', () => {
    set('soon');
    expect(() => numberSetting({ ...seconds, unit: 'seconds' }, undefined)).toThrow('x: "X_SPEED" must be a number of seconds of at least 0, got "soon".');
    expect(() => numberSetting({ ...seconds, unit: 'seconds' }, -1)).toThrow('x: "speed" must be a number of at least 0, got -1.');
  });

  it('keeps its bounds', () => {
    expect([numberSetting(count, 0), numberSetting(count, 9)]).toEqual([0, 9]);
    for (const value of [-1, 10, 1.5, Number.NaN, '5' as never]) {
      expect(() => numberSetting(count, value)).toThrow(/x: "speed" must be an integer from 0 to 9, got /);
    }
    expect(() => numberSetting({ ...at, fallback: 1, above: 0 }, 0)).toThrow('x: "speed" must be a number above 0, got 0.');
    expect(() => numberSetting({ ...at, fallback: 1, above: 0, max: 5 }, 6)).toThrow('x: "speed" must be a number above 0 and at most 5, got 6.');
  });
});

describe('names', () => {
  it('are those of the option, else of the variable', () => {
    expect(namesSetting(at, undefined)).toEqual([]);
    set(' a, b ,,c');
    expect(namesSetting(at, undefined)).toEqual(['a', 'b', 'c']);
    expect(namesSetting(at, ['d'])).toEqual(['d']);
    expect(splitNames()).toEqual([]);
  });

  it.each([['a' as never], [['a', '']], [[5 as never]]])('refuse %j', (value) => {
    expect(() => namesSetting(at, value)).toThrow(/^x: "speed" must be an array of non-empty strings, got /);
  });
});

describe('a name', () => {
  it('is that of the option, else of the variable, else missing', () => {
    expect(nameSetting(at, undefined)).toBeUndefined();
    set('  ');
    expect(nameSetting(at, undefined)).toBeUndefined();
    set(' a ');
    expect([nameSetting(at, undefined), nameSetting(at, ' b ')]).toEqual(['a', 'b']);
  });

  it.each([[''], ['  '], [5 as never]])('refuses %j', (value) => {
    expect(() => nameSetting(at, value)).toThrow(/^x: "speed" must be a non-empty string, got /);
  });
});

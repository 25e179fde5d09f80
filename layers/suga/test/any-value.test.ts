import { type AnyInterface, control, createGateway, type Middleware } from '@suga/gateway';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { good, namesIn, Sweep, unreachableAws, VALUES } from './any-value.js';

const INTERFACES = [
  'cache',
  'circuit-breaker',
  'config',
  'debug',
  'http',
  'initialization',
  'lambda',
  'logging',
  'metrics',
  'security',
  'singleton',
  'store',
  'utility',
] as const;
const MIDDLEWARE = ['lmms', 'ofb', 'ftpms'] as const;

/** Settings that make a sweep quick and quiet: output is discarded, and scrypt gets its lowest cost. */
const SETTINGS: Readonly<Record<string, object>> = {
  logging: { write: () => {} },
  metrics: { write: () => {} },
  security: { passwords: { cost: 2 } },
};

const nameOf = (folder: string): string => folder.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const factoryOf = async (folder: string): Promise<(options?: unknown) => AnyInterface | Middleware> => (await import(`@suga/${folder}`))[nameOf(folder)];
const use = (made: AnyInterface | Middleware): unknown =>
  'load' in made ? control(createGateway({ it: made as AnyInterface })).load('it') : createGateway({}, { middleware: [made as Middleware] });

/** Returns the operations of an interface with default options, and a function that calls them. */
async function operationsOf(folder: string) {
  const gateway = createGateway({ it: (await factoryOf(folder))(SETTINGS[folder]) as AnyInterface }) as { it: Record<string, (...args: unknown[]) => unknown> };
  const kinds = Object.entries(control(gateway as never).operations('it')).map(([name, { params }]) => [name, Object.values(params)] as const);
  return { kinds, call: (name: string, args: readonly unknown[]) => (gateway.it[name] as (...args: readonly unknown[]) => unknown)(...args) };
}

beforeEach(async () => {
  vi.spyOn(process, 'emitWarning').mockReturnValue();
  await unreachableAws();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('any value as a setting', () => {
  it.each([...INTERFACES, ...MIDDLEWARE])('%s explains the problem in an error of its own', { timeout: 60_000 }, async (folder) => {
    const factory = await factoryOf(folder);
    const options = namesIn(folder, /^export interface \w*Options\b[^{]*\{([\s\S]*?)^\}/gm);
    const sweep = new Sweep();
    for (const [shown, value] of Object.entries(VALUES)) await sweep.try(`${folder}(${shown})`, () => use(factory(value)));
    for (const name of options) {
      for (const [shown, value] of Object.entries(VALUES)) await sweep.try(`{ ${name}: ${shown} }`, () => use(factory({ [name]: value })));
      for (const inner of options)
        for (const shown of ['null', 'five', 'symbol'])
          await sweep.try(`{ ${name}: { ${inner}: ${shown} } }`, () => use(factory({ [name]: { [inner]: VALUES[shown] } })));
    }
    expect(sweep.found).toEqual([]);
  });
});

describe('any value as an argument of an operation', () => {
  it.each(INTERFACES)('%s explains the problem in an error of its own', { timeout: 60_000 }, async (folder) => {
    const { kinds: operations, call } = await operationsOf(folder);
    const sweep = new Sweep();
    for (const [name, kinds] of operations) {
      const usual = kinds.map(good);
      for (const at of kinds.keys()) {
        for (const [shown, value] of Object.entries(VALUES)) {
          await sweep.try(`${name}: ${shown} in place ${at}`, () => call(name, usual.with(at, value)));
          await sweep.try(`${name}: ${shown} up to place ${at}`, () => call(name, [...usual.slice(0, at).fill(value), value]));
        }
      }
    }
    expect(sweep.found).toEqual([]);
  });

  it.each(INTERFACES)('%s explains a wrong value inside an object', { timeout: 60_000 }, async (folder) => {
    const { kinds: operations, call } = await operationsOf(folder);
    const names = namesIn(folder, /^export interface \w+[^{]*\{([\s\S]*?)^\}/gm);
    const sweep = new Sweep();
    for (const [name, kinds] of operations) {
      for (const [at, kind] of kinds.entries()) {
        if (kind.type !== undefined && kind.type !== 'object' && kind.type !== 'array') continue;
        for (const inner of names)
          for (const shown of ['null', 'five', 'symbol']) {
            const value = { [inner]: VALUES[shown] };
            await sweep.try(`${name}: { ${inner}: ${shown} } in place ${at}`, () =>
              call(name, kinds.map(good).with(at, kind.type === 'array' ? [value] : value)),
            );
          }
      }
    }
    expect(sweep.found).toEqual([]);
  });
});

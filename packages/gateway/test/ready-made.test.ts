import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control } from '@suga/gateway';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf } from './fixtures/notes.js';

type Auto = typeof import('@suga/gateway/auto');
type Called = Readonly<Record<string, Readonly<Record<string, () => unknown>>>>;

const require = createRequire(import.meta.url);
const task = mkdtempSync(join(tmpdir(), 'suga-ready-made-'));
afterAll(() => rmSync(task, { recursive: true, force: true }));

function install(name: string, code: string): void {
  const folder = join(task, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), code);
}
const definition = (says: string): string => `{ operations: { run: { params: {} } }, load: () => ({ operations: { run: () => '${says}' } }) }`;
install('@suga/cache', `exports.cache = () => (${definition('cached')})`);
install('@suga/circuit-breaker', `exports.circuitBreaker = () => (${definition('breaker')})`);
install('@suga/store', `exports.store = () => ({ operations: { run: {} }, load: () => ({ operations: {} }) })`);
install('@suga/metrics', 'exports.somethingElse = 1');
install('@suga/http', `throw new Error('half installed')`);
install('@suga/lambda', `require('gone')`);
install('@acme/suga-payments', `exports.default = () => (${definition('paid')})`);
install('@acme/plain', `module.exports = ${definition('plain')}`);

/** The ready-made gateway of a function that has these packages, as it is under a value of `SUGA_INTERFACES`. */
function readyMade(setting?: string): { gateway: Called; control: Control } {
  vi.stubEnv('SUGA_INTERFACES', setting);
  delete require.cache[require.resolve('@suga/gateway/auto')];
  const { gateway, control } = require('@suga/gateway/auto') as Auto;
  return { gateway: gateway as never, control: control(gateway) };
}

beforeEach(() => void vi.stubEnv('LAMBDA_TASK_ROOT', task));
afterEach(() => void vi.unstubAllEnvs());

describe('the ready-made gateway', () => {
  it('fetches a definition when its name is first used, and no other', () => {
    const { gateway, control } = readyMade();
    expect(control.names()).toHaveLength(13);
    expect(control.stats().interfaces).toEqual({});
    const { cache } = gateway;
    expect(gateway['cache']).toBe(cache);
    expect(control.stats().interfaces).toMatchObject({ cache: { loaded: false } });
    expect([cache?.['run']?.(), gateway['circuitBreaker']?.['run']?.()]).toEqual(['cached', 'breaker']);
    expect(Object.keys(control.stats().interfaces)).toEqual(['cache', 'circuitBreaker']);
    expect(control.names()).toHaveLength(13);
    expect(Object.keys(gateway)).toEqual(['cache', 'circuitBreaker']);
  });

  it('gives way to what code registers, and comes back', () => {
    const { gateway, control } = readyMade();
    expect(gateway['cache']?.['run']?.()).toBe('cached');
    const mine = { operations: { run: { params: {} } }, load: () => ({ operations: { run: () => 'mine' } }) };
    const undo = control.register('cache', mine);
    expect(gateway['cache']?.['run']?.()).toBe('mine');
    undo();
    expect(gateway['cache']?.['run']?.()).toBe('cached');
  });

  it('finds what SUGA_INTERFACES names, also in place of its own', () => {
    const { gateway, control } = readyMade(' payments = @acme/suga-payments ,cache=@acme/plain,');
    expect([gateway['payments']?.['run']?.(), gateway['cache']?.['run']?.()]).toEqual(['paid', 'plain']);
    expect(control.names()).toHaveLength(14);
  });

  it.each(['payments', 'payments=', 'Payments=@acme/suga-payments', 'then=@acme/suga-payments'])('refuses the setting %j', async (setting) => {
    expect(await errorOf(() => readyMade(`cache=@acme/plain, ${setting} `))).toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining(`SUGA_INTERFACES: "${setting}" is not in the form name=package`),
    });
  });

  it('tells a host which interfaces can be reached', () => {
    const { control } = readyMade('gone=@suga/gone');
    const seen: unknown[] = [];
    const load = (host: { has(name: string): boolean }) => {
      seen.push(...['cache', 'gone', 'nothing', 'seer'].map((name) => host.has(name)));
      return { operations: {} };
    };
    control.register('seer', { operations: {}, load });
    control.load('seer');
    expect(seen).toEqual([true, false, false, true]);
  });
});

describe('an interface that is not there', () => {
  it.each([
    ['gone', 'NotInstalled', 'add @suga/gone or attach the layer', 'MODULE_NOT_FOUND'],
    ['payments', 'NotInstalled', 'add @acme/gone, which SUGA_INTERFACES names, to the function', 'MODULE_NOT_FOUND'],
    ['http', 'LoadFailed', 'Package "@suga/http" is installed but could not be loaded: half installed', undefined],
    ['lambda', 'LoadFailed', "Cannot find module 'gone'", 'MODULE_NOT_FOUND'],
  ])('%s: says what to do, and why', async (name, code, says, cause) => {
    const { gateway, control } = readyMade('gone=@suga/gone, payments=@acme/gone');
    for (const call of [() => gateway[name]?.['run']?.(), () => control.execute(name, 'run')]) {
      expect(await errorOf(call)).toMatchObject({
        code,
        message: expect.stringContaining(says),
        cause: cause ? { code: cause } : { message: 'half installed' },
      });
    }
  });

  it.each([
    ['metrics', 'exports neither "metrics" nor a default'],
    ['store', 'operation "run" has no params'],
  ])('%s: a package that is no interface', async (name, says) => {
    const { gateway } = readyMade();
    expect(await errorOf(() => gateway[name])).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining(says) });
  });

  it('fails when it is called, and names the nearest', async () => {
    const { gateway, control } = readyMade();
    const add = 'To add it: control(gateway).register("cahce", …), or SUGA_INTERFACES="cahce=<its package>".';
    expect(await errorOf(() => gateway['cahce']?.['get']?.())).toMatchObject({
      code: 'UnknownInterface',
      message: `There is no interface "cahce". Did you mean "cache"? ${add}`,
    });
    expect(await errorOf(() => control.execute('cahce', 'get'))).toMatchObject({ code: 'UnknownInterface' });
    control.register('cahce', { operations: { get: { params: {} } }, load: () => ({ operations: { get: () => 1 } }) });
    expect(gateway['cahce']?.['get']?.()).toBe(1);
  });

  it.each(['then', 'asymmetricMatch', 'default', 'inspect', 'nodeType', 'toJSON', 'not-a-name', 'Upper'])('is not what %s asks for', (probe) => {
    const { gateway } = readyMade();
    expect(gateway[probe]).toBeUndefined();
  });

  it('leaves the gateway an object like any other', () => {
    const { gateway } = readyMade();
    expect([String(gateway), gateway.constructor, JSON.stringify(gateway), Symbol.iterator in gateway]).toEqual(['[object Object]', Object, '{}', false]);
    expect(['payments' in gateway, 'cache' in gateway]).toEqual([false, true]);
    expect([String(gateway['payments']), JSON.stringify(gateway['payments'])]).toEqual(['[object Object]', '{}']);
    expect((gateway as Record<symbol, unknown>)[Symbol.toStringTag]).toBeUndefined();
  });
});

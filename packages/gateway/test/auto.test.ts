import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bareEnvironment } from '@suga/vitest/child';
import { afterAll, describe, expect, it } from 'vitest';

const top = mkdtempSync(join(tmpdir(), 'suga-auto-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));

const definition = (says: string) => `{ operations: { run: { params: {} } }, load: () => ({ operations: { run: () => '${says}' } }) }`;
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(top, file)), { recursive: true });
  writeFileSync(join(top, file), text);
};
const install = (where: string, name: string, code: string): void => {
  write(`${where}/node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
  write(`${where}/node_modules/${name}/index.js`, code);
};

// A layer, and a function that has some packages of its own.
for (const part of ['package.json', 'dist']) {
  cpSync(join(import.meta.dirname, '..', part), join(top, 'layer/node_modules/@suga/gateway', part), { recursive: true });
}
const layer = (name: string, code: string) => install('layer', name, code);
layer('@suga/cache', `exports.cache = () => (${definition('layer')}); require('node:fs').appendFileSync(process.env.TOUCHED, 'cache ')`);
layer('@suga/logging', `exports.logging = () => (${definition('layer')}); require('node:fs').appendFileSync(process.env.TOUCHED, 'logging ')`);
layer('@suga/circuit-breaker', `exports.circuitBreaker = () => (${definition('breaker')})`);
layer('@suga/http', `throw new Error('half installed')`);
layer('@suga/metrics', `exports.somethingElse = 1`);
install('task', '@suga/logging', `exports.logging = () => (${definition('own')})`);
install('task', '@acme/plain', `module.exports = ${definition('plain')}`);
install('task', '@acme/suga-payments', `exports.default = () => (${definition('paid')})`);

/** Runs a function's code against the layer, as Lambda's own flags and paths would have it. */
function run(code: string, environment: Record<string, string | undefined> = {}, cwd = top): { out: unknown; touched: string } {
  const touched = join(top, 'touched');
  writeFileSync(touched, '');
  write(
    'task/index.cjs',
    `const { gateway, control } = require('@suga/gateway/auto');\nconst out = (() => { try { ${code} } catch (error) { return { code: error.code, message: error.message } } })();\nconsole.log(JSON.stringify(out ?? null));`,
  );
  const env = { ...bareEnvironment(), NODE_PATH: join(top, 'layer/node_modules'), LAMBDA_TASK_ROOT: join(top, 'task'), TOUCHED: touched, ...environment };
  const flags = ['--no-experimental-require-module', '--no-experimental-detect-module'];
  const out = execFileSync(process.execPath, [...flags, join(top, 'task/index.cjs')], { env, cwd, encoding: 'utf8' });
  return { out: JSON.parse(out), touched: execFileSync('cat', [touched], { encoding: 'utf8' }) };
}

describe('the ready-made gateway', () => {
  it('finds an interface in the layer when it is called, and touches no other', () => {
    expect(run(`return gateway.cache.run()`)).toEqual({ out: 'layer', touched: 'cache ' });
    expect(run(`return control(gateway).names().length`)).toEqual({ out: 13, touched: '' });
    expect(run(`return control(gateway).stats().interfaces`)).toEqual({ out: {}, touched: '' });
  });

  it('prefers what the function has installed itself', () => {
    expect(run(`return gateway.logging.run()`)).toEqual({ out: 'own', touched: '' });
  });

  it('finds camelCase names in kebab-case packages, and by the open door', () => {
    expect(run(`return gateway.circuitBreaker.run()`).out).toBe('breaker');
    expect(run(`return control(gateway).execute('circuitBreaker', 'run')`).out).toBe('breaker');
  });

  it('says what to add when an interface is not installed', () => {
    expect(run(`return gateway.debug.run()`).out).toMatchObject({
      code: 'NotInstalled',
      message: expect.stringContaining('add @suga/debug or attach the layer'),
    });
    expect(run(`return control(gateway).execute('debug', 'run')`).out).toMatchObject({ code: 'NotInstalled' });
  });

  it('does not offer the layer for a package of others', () => {
    const SUGA_INTERFACES = 'payments=@acme/goe';
    expect(run(`return gateway.payments.pay()`, { SUGA_INTERFACES }).out).toMatchObject({
      code: 'NotInstalled',
      message: expect.stringContaining('add @acme/goe, which SUGA_INTERFACES names, to the function.'),
    });
    expect(run(`try { gateway.payments } catch ({ cause }) { return cause.code }`, { SUGA_INTERFACES }).out).toBe('MODULE_NOT_FOUND');
  });

  it('says what to do when an interface is called that is not there, whatever its type promises', () => {
    expect(run(`return gateway.payments.pay()`).out).toMatchObject({
      code: 'UnknownInterface',
      message: expect.stringContaining('To add it: control(gateway).register("payments", …), or SUGA_INTERFACES="payments=<its package>".'),
    });
    expect(run(`return gateway.cahce.get('k')`).out).toMatchObject({ code: 'UnknownInterface', message: expect.stringContaining('Did you mean "cache"?') });
    expect(run(`control(gateway).register('payments', { operations: {}, load: () => ({ operations: {} }) }); return typeof gateway.payments`).out).toBe(
      'object',
    );
  });

  it('answers what programs ask any object', () => {
    const probes = `[gateway.toString(), 'payments' in gateway, gateway.then, gateway.toJSON, gateway.default, gateway.constructor === Object, JSON.stringify(gateway), gateway[Symbol.iterator], String(gateway.payments), JSON.stringify(gateway.payments)]`;
    expect(run(`console.error(gateway, gateway.payments); require('node:assert').deepEqual(gateway, {}); return ${probes}`).out).toEqual([
      '[object Object]',
      false,
      null,
      null,
      null,
      true,
      '{}',
      null,
      '[object Object]',
      '{}',
    ]);
    expect(run(`return Object.keys(gateway)`).out).toEqual([]);
  });

  it('never looks for a package of a name that came as data', () => {
    expect(run(`return control(gateway).execute('acme', 'run')`).out).toMatchObject({ code: 'UnknownInterface' });
    expect(run(`return control(gateway).execute('__proto__', 'run')`).out).toMatchObject({ code: 'UnknownInterface' });
  });

  it('tells a broken package from a missing one, and one that is no interface', () => {
    expect(run(`return gateway.http.run()`).out).toMatchObject({ code: 'LoadFailed', message: expect.stringContaining('half installed') });
    expect(run(`return gateway.metrics.run()`).out).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining('exports neither "metrics"') });
  });

  it('takes the interfaces of others from the environment, also in place of ours', () => {
    const environment = { SUGA_INTERFACES: 'payments=@acme/suga-payments, cache = @acme/suga-payments' };
    expect(run(`return [gateway.payments.run(), gateway.cache.run()]`, environment).out).toEqual(['paid', 'paid']);
  });

  it('takes a definition as well as the function that makes it, and no notice of what is empty', () => {
    expect(run(`return gateway.payments.run()`, { SUGA_INTERFACES: ',payments=@acme/plain, ' }).out).toBe('plain');
  });

  it('looks where the process runs, where there is no task', () => {
    const nowhere = { LAMBDA_TASK_ROOT: undefined };
    expect(run(`return gateway.logging.run()`, nowhere, join(top, 'task')).out).toBe('own');
    expect(run(`return gateway.logging.run()`, nowhere, join(top, 'layer')).out).toBe('layer');
  });

  it.each(['payments', 'payments=', 'Payments=@acme/plain', 'then=@acme/plain'])('refuses a setting it cannot read: %s', (setting) => {
    expect(() => run(`return 1`, { SUGA_INTERFACES: `cache=@acme/plain, ${setting} ` })).toThrow(
      `SUGA_INTERFACES: "${setting}" is not in the form name=package`,
    );
  });

  it('takes interfaces in code, before and after it found its own', () => {
    const mine = `control(gateway).register('cache', ${definition('mine')}, { replace: true })`;
    expect(run(`${mine}; return gateway.cache.run()`)).toEqual({ out: 'mine', touched: '' });
    expect(run(`const { cache } = gateway; const first = cache.run(); ${mine}; return [first, gateway.cache.run()]`).out).toEqual(['layer', 'mine']);
    expect(run(`const undo = ${mine}; gateway.cache.run(); undo(); return gateway.cache.run()`)).toEqual({ out: 'layer', touched: 'cache ' });
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { first, second } from './example-layers.ts';
import { fixture, folder, payload, start } from './workbench.ts';

const major = process.versions.node.split('.')[0];

test('CommonJS finds packages of layers; a later layer overwrites, the folder of this Node wins', async () => {
  const fn = await start({ handler: 'index.layers', layers: [await folder(first), await folder(second)] });
  expect(payload(await fn.invoke({}))).toEqual({
    shared: 'shared of the second layer',
    classic: 'classic sees shared of the second layer',
    versioned: `for Node ${major}`,
    optional: 'MODULE_NOT_FOUND',
  });
});

test('ES modules find them as well', async () => {
  const fn = await start({ taskRoot: fixture('esm'), handler: 'index.handler', layers: [await folder(first), await folder(second)] });
  expect(payload(await fn.invoke({}))).toEqual({
    shared: 'shared of the second layer',
    modern: 'module',
    deep: 'deep module',
    named: 'module',
    versioned: `for Node ${major}`,
    top: 'awaited',
  });
});

test('a package that no layer has, or does not export, is reported as Node does', async () => {
  const layers = [await folder(first), await folder(second)];
  const missing = await start({ taskRoot: fixture('esm'), handler: 'index.missing', layers });
  expect(payload(await missing.invoke({}))).toBe('ERR_MODULE_NOT_FOUND');
  const unexported = await start({ taskRoot: fixture('esm'), handler: 'index.unexported', layers });
  expect(payload(await unexported.invoke({}))).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('require() of an ES module is off, as on Lambda', async () => {
  const fn = await start({ handler: 'index.loadEsm', layers: [await folder(second)] });
  expect(payload(await fn.invoke({}))).toBe('ERR_REQUIRE_ESM');
});

test('restart() sees a rebuilt layer', async () => {
  const layer = await folder(first);
  const fn = await start({ handler: 'index.layers', layers: [layer] });
  expect(payload(await fn.invoke({}))).toMatchObject({ shared: 'shared of the first layer' });
  await writeFile(join(layer, 'nodejs/node_modules/shared/index.js'), "module.exports = 'rebuilt';");
  expect(payload(await fn.invoke({}))).toMatchObject({ shared: 'shared of the first layer' });
  await fn.restart();
  const rebuilt = await fn.invoke({});
  expect(payload(rebuilt)).toMatchObject({ shared: 'rebuilt', classic: 'classic sees rebuilt' });
  expect(rebuilt.report).toMatchObject({ restarts: 1, initDuration: expect.any(Number) });
});

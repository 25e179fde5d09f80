import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportedNames } from '../src/exports.ts';
import { type Manifest, published } from '../src/workspace.ts';
import { bundled, commonJs, esModule, everyName, typedAuto, typedUse } from './consumers.ts';
import { put } from './tree.ts';
import { bundle, install, run, typecheck } from './workbench.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const packages = published(root);
const api = exportedNames(root);
const { top, app } = install(root);
afterAll(() => rmSync(top, { recursive: true, force: true }));

it('this package names every published one, so that they are built before its tests run', () => {
  const own = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as Manifest;
  expect(own.devDependencies).toMatchObject(Object.fromEntries(packages.map(({ name }) => [name, 'workspace:*'])));
});

describe('installed from tarballs, offline', () => {
  it('nothing comes along but what is asked for', () => {
    expect(readdirSync(join(app, 'node_modules/@suga')).sort()).toEqual(packages.map(({ folder }) => folder.slice('packages/'.length)).sort());
    const others = readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.') && name !== '@suga');
    expect(others).toEqual(packages.some(({ manifest }) => manifest.dependencies) ? ['@types'] : []);
  });

  it('every entry point can be required, with the names it should have', async () => {
    put(app, { 'index.cjs': commonJs(api) });
    expect(JSON.parse(await run(join(app, 'index.cjs')))).toEqual(
      Object.fromEntries(Object.entries(api).map(([specifier, { values }]) => [specifier, values])),
    );
  });

  it('every name can be imported from an ES module', async () => {
    put(app, { 'index.mjs': esModule(api) });
    expect(await run(join(app, 'index.mjs'))).toBe('all there');
  });
});

describe.each(['bundler', 'nodenext'] as const)('typed, with moduleResolution %s, in .mts and .cts', (resolution) => {
  const both = (name: string, text: string) => ({ [`${name}.mts`]: text, [`${name}.cts`]: text });

  it('every value and type is there, and a gateway has the contracts of its interfaces', async () => {
    expect(await typecheck(join(app, `all-${resolution}`), resolution, { ...both('names', everyName(api)), ...both('use', typedUse) })).toBe('');
  });

  it('the ready-made gateway has those whose types are imported', async () => {
    expect(await typecheck(join(app, `auto-${resolution}`), resolution, both('use', typedAuto))).toBe('');
  });
});

describe.each(['cjs', 'esm'] as const)('bundled into one %s file', (format) => {
  it('every interface works in an empty folder and loads when it is called', async () => {
    const interfaces = Object.fromEntries(packages.filter(({ kind }) => kind === 'interface').map(({ name }) => [factory(name), name]));
    const file = await bundle(app, bundled(interfaces), format);
    expect(readdirSync(join(file, '..'))).toHaveLength(1);
    expect(JSON.parse(await run(file))).toEqual({ first: [], value: 'v', second: ['cache'], last: Object.keys(interfaces).sort() });
  });
});

/** `@suga/circuit-breaker` exports `circuitBreaker`. */
function factory(name: string): string {
  return name.slice('@suga/'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportedNames } from '../src/exports.ts';
import { type Manifest, published } from '../src/workspace.ts';
import { bundled, bundledAuto, commonJs, esModule, everyName, typedAuto, typedHandler, typedUse } from './consumers.ts';
import { put, type Tree } from './tree.ts';
import { type Bundling, bundle, type Compiling, install, run, typecheck } from './workbench.ts';

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
  it('nothing else is installed with them', () => {
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

describe.each<Compiling>([
  { resolution: 'bundler', compiler: 'newest' },
  { resolution: 'nodenext', compiler: 'newest' },
  { resolution: 'bundler', compiler: 'oldest' },
  { resolution: 'nodenext', compiler: 'oldest' },
  { resolution: 'node10', compiler: 'oldest' },
])('typed, with moduleResolution $resolution and the $compiler TypeScript', (compiling) => {
  const { resolution, compiler } = compiling;
  const endings = resolution === 'node10' ? ['ts'] : ['mts', 'cts'];
  const files = (name: string, text: string) => Object.fromEntries(endings.map((ending) => [`${name}.${ending}`, text]));
  const check = (name: string, tree: Tree) => typecheck(join(app, `${name}-${resolution}-${compiler}`), compiling, tree);

  it('every value and type is there, and a gateway has the contracts of its interfaces', async () => {
    expect(await check('all', { ...files('names', everyName(api)), ...files('use', typedUse) })).toBe('');
  });

  it('a handler knows the parameters of its routes, and is what Lambda calls', async () => {
    expect(await check('handler', files('use', typedHandler))).toBe('');
  });

  it('the ready-made gateway has the interfaces whose types are imported', async () => {
    expect(await check('auto', files('use', typedAuto))).toBe('');
  });
});

describe.each<Bundling>([
  { bundler: 'esbuild', format: 'cjs' },
  { bundler: 'esbuild', format: 'esm' },
  { bundler: 'rollup', format: 'cjs' },
  { bundler: 'rollup', format: 'esm' },
])('bundled by $bundler into one $format file', (bundling) => {
  it('every interface works in an empty folder and loads when it is called', async () => {
    const interfaces = Object.fromEntries(packages.filter(({ kind }) => kind === 'interface').map(({ name }) => [factory(name), name]));
    const file = await bundle(app, 'all', bundling, bundled(interfaces));
    expect(readdirSync(join(file, '..'))).toHaveLength(1);
    expect(JSON.parse(await run(file))).toEqual({ first: [], value: 'v', second: ['cache'], last: Object.keys(interfaces).sort() });
  });

  it('the ready-made gateway says that it finds nothing by name, and what to do', async () => {
    const said = JSON.parse(await run(await bundle(app, 'auto', bundling, bundledAuto)));
    expect(said).toEqual(Array(2).fill(['NotInstalled', expect.stringContaining('use createGateway({ cache: cache() })')]));
  });
});

/** `@suga/circuit-breaker` exports `circuitBreaker`. */
function factory(name: string): string {
  return name.slice('@suga/'.length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bake } from '@suga/cli';
import { describe, expect, it } from 'vitest';
import { type Folder, folder, main, node, suga } from './suga.js';

const { resolve } = createRequire(import.meta.url);
const flags = ['--expose-gc', '--max-semi-space-size=25', '--max-old-space-size=460', '--no-experimental-require-module', '--no-experimental-detect-module'];

/** A module with many functions, like a library. */
const big = Array.from(
  { length: 1500 },
  (_, at) => `exports.f${at} = (a) => { let t = ${at}; for (let i = 0; i < a; i++) t += i * ${at}; return { t, list: [t, a] }; };`,
).join('\n');

/** Creates a function's folder: packages, a program to bake, and a program that loads the packages from the pack and prints the result. */
const project = (more: Readonly<Record<string, unknown>> = {}): Folder =>
  folder({
    'node_modules/small/package.json': { name: 'small', main: 'lib/index.cjs' },
    'node_modules/small/lib/index.cjs': "exports.text = 'small'; exports.at = [__filename, module.id, typeof require.resolve, require('./part').part];",
    'node_modules/small/lib/part.js': 'exports.part = 7;',
    'node_modules/@org/big/package.json': { name: '@org/big', main: 'index.js' },
    'node_modules/@org/big/index.js': big,
    'warm.cjs': "require('small'); for (const each of Object.values(require('@org/big'))) each(3);",
    'load.cjs': `
      const { lmms } = require(${JSON.stringify(resolve('@suga/lmms'))});
      const { createGateway } = require(${JSON.stringify(resolve('@suga/gateway'))});
      const memory = lmms();
      createGateway({ any: { operations: {}, load: () => ({ operations: {} }) } }, { middleware: [memory] });
      const { text, at } = require('small');
      const sum = Object.values(require('@org/big')).reduce((all, each) => all + each(3).t, 0);
      console.log(JSON.stringify({ text, at, sum, baked: memory.report().baked }));`,
    ...more,
  });

/** Runs `load.cjs` in a fresh process with Lambda's flags, and returns its output. */
async function loaded({ path }: Folder, env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
  const { out, err } = await node([...flags, join(path, 'load.cjs')], { cwd: path, env: { LMMS_BAKED: join(path, 'baked'), ...env } });
  expect(err).toBe('');
  return JSON.parse(out) as Record<string, unknown>;
}

const packs = ({ path }: Folder): readonly string[] => readdirSync(join(path, 'baked')).sort();
const baking = ({ path }: Folder, ...more: readonly string[]) => suga(['bake', '--run', 'warm.cjs', '--out', 'baked', ...more], { cwd: path });

describe('bake', () => {
  const good = { run: 'warm.cjs', out: 'baked' };
  it.each([
    ['options', undefined],
    ['options', null],
    ['options', 'warm.cjs'],
    ['run', { ...good, run: undefined }],
    ['run', { ...good, run: 5 }],
    ['out', { ...good, out: '' }],
    ['memoryMb', { ...good, memoryMb: '512' }],
    ['memoryMb', { ...good, memoryMb: Number.NaN }],
    ['include', { ...good, include: 'lib' }],
    ['include', { ...good, include: [Symbol('lib')] }],
    ['node', { ...good, node: null }],
    ['signal', { ...good, signal: {} }],
  ])('refuses invalid %s: %o', async (param, options) => {
    await expect(bake(options as never)).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringMatching(`^bake: "${param}" must be `) });
  });
});

describe('suga bake', () => {
  it('writes one pack, which a fresh process uses', async () => {
    using files = project();
    const { code, out, err } = await baking(files);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [name = ''] = packs(files);
    expect(packs(files)).toHaveLength(1);
    expect(name).toMatch(new RegExp(`^${process.version.replaceAll('.', '\\.')}-${process.arch}-\\d+\\.baked$`));
    expect(out).toMatch(/^3 files, [\d.]+ [KM]B: .*\.baked\n/);
    expect(out).toContain('LMMS_BAKED');
    expect(statSync(join(files.path, 'baked', name)).mode & 0o777).toBe(0o644);
    const fast = await loaded(files);
    expect(fast).toMatchObject({ text: 'small', baked: { files: 3, used: 3, rejected: 0 } });
    // Without the pack, everything else is the same.
    expect({ ...fast, baked: undefined }).toEqual({ ...(await loaded(files, { LMMS_BAKED: '' })), baked: undefined });
  });

  it('keeps the functions that ran, also after many collections', async () => {
    using ran = project();
    using never = project({ 'warm.cjs': "require('small'); require('@org/big');" });
    const collects = `const keep = []; (async () => { for (let round = 0; round < 400; round++) {
      keep.push(Array.from({ length: 50_000 }, (_, at) => ({ at }))); if (keep.length > 80) keep.length = 0; await new Promise(setImmediate); } })();`;
    using long = project({ 'warm.cjs': `require('small'); for (const each of Object.values(require('@org/big'))) each(3); ${collects}` });
    const size = async (files: Folder): Promise<number> =>
      (await bake({ run: join(files.path, 'warm.cjs'), out: join(files.path, 'baked'), memoryMb: 512 })).bytes;
    const [most, least, after] = [await size(ran), await size(never), await size(long)];
    expect(most).toBeGreaterThan(2 * least);
    expect(after).toBeGreaterThan(0.9 * most);
    expect(await loaded(long)).toMatchObject({ baked: { used: 3, rejected: 0 } });
  });

  it('accepts an ES module as program, and bakes CommonJS packages that it imports', async () => {
    using files = project({ 'warm.mjs': "import { text } from 'small'; import big from '@org/big'; await new Promise(setImmediate); big.f1(text.length);" });
    expect((await suga(['bake', '--run', './warm.mjs', '--out', 'baked'], { cwd: files.path })).code).toBe(0);
    expect(await loaded(files)).toMatchObject({ baked: { files: 3, used: 3, rejected: 0 } });
  });

  it.each([
    ['a scope', '@org/', 1],
    ['one file', 'small/lib/part.js', 1],
    ['half a name', 'sma', 0],
    ['a path', './node_modules/small', 2],
  ])('includes only what --include selects: %s', async (_, include, count) => {
    using files = project();
    const { code } = await baking(files, '--include', include);
    expect(code).toBe(count ? 0 : 1);
    if (count) expect(await loaded(files)).toMatchObject({ baked: { files: count, used: count } });
  });

  it('includes several', async () => {
    using files = project();
    expect((await baking(files, '--include', '@org', '--include', 'small/lib/part.js')).out).toMatch(/^2 files/);
  });

  it('starts the program as Lambda does, and its children and threads bake nothing', async () => {
    const program = `
      const { fork } = require('node:child_process'); const { Worker, isMainThread } = require('node:worker_threads'); const { writeFileSync } = require('node:fs');
      require('small');
      if (!process.env.CHILD && isMainThread) {
        writeFileSync('flags.json', JSON.stringify({ args: process.execArgv, told: process.env.SUGA_BAKE ?? null, gc: typeof gc }));
        fork(__filename, { env: { ...process.env, CHILD: '1' } }); new Worker(__filename); console.log('from the program');
      }`;
    using files = project({ 'warm.cjs': program });
    const { out, err, code } = await baking(files, '--memory', '1024');
    expect({ code, err }).toEqual({ code: 0, err: 'from the program\n' });
    expect(out).toMatch(/^2 files/);
    const { args, ...rest } = JSON.parse(readFileSync(join(files.path, 'flags.json'), 'utf8')) as { args: string[] };
    expect(rest).toEqual({ told: null, gc: 'function' });
    expect(args).toEqual(expect.arrayContaining(['--expose-gc', '--max-semi-space-size=51', '--max-old-space-size=921', '--no-experimental-require-module']));
  });

  it('has a pack for each set of flags that V8 distinguishes: on Node 22 for each memory setting', async () => {
    using files = project();
    for (const memory of ['512', '1024']) expect((await baking(files, '--memory', memory)).code).toBe(0);
    expect(packs(files)).toHaveLength(process.versions.node.startsWith('22.') ? 2 : 1);
    expect(await loaded(files)).toMatchObject({ baked: { files: 3, used: 3, rejected: 0 } });
  });

  it('bakes again, even if the program itself would load an earlier pack', async () => {
    using files = project();
    expect((await baking(files)).code).toBe(0);
    files.add({ 'node_modules/small/lib/part.js': 'exports.part = 8;', 'warm.cjs': `process.env.LMMS_BAKED = 'baked'; require('./load.cjs');` });
    expect(await loaded(files)).toMatchObject({ baked: { files: 3, used: 2, rejected: 0 } });
    expect((await baking(files)).out).toMatch(/^3 files/);
    expect(await loaded(files)).toMatchObject({ baked: { files: 3, used: 3 } });
    expect(packs(files)).toHaveLength(1);
  });

  it('does not bake what Node refuses: a file of an ES module package that would run as CommonJS', async () => {
    using files = project({
      'node_modules/esm/package.json': { name: 'esm', type: 'module', main: 'index.js' },
      'node_modules/esm/index.js': 'globalThis.ran = true;',
      'warm.cjs': "require('small'); try { require('esm'); } catch ({ code }) { if (code !== 'ERR_REQUIRE_ESM') throw code; }",
    });
    expect(await baking(files)).toMatchObject({ code: 0, out: expect.stringMatching(/^2 files, /) });
  });

  it('bakes one of two versions of a package, and both work', async () => {
    using files = project({
      'node_modules/@org/big/node_modules/small/package.json': {},
      'node_modules/@org/big/node_modules/small/index.js': "module.exports = 'other';",
    });
    files.add({
      'node_modules/@org/big/node_modules/small/lib/part.js': "exports.part = 'other';",
      'node_modules/@org/big/index.js': `${big}\nif (require('small') + require('small/lib/part').part !== 'otherother') throw new Error('mixed up');`,
    });
    expect((await baking(files)).out).toMatch(/^4 files/);
    expect(await loaded(files)).toMatchObject({ at: [expect.any(String), expect.any(String), 'function', 7] });
  });
});

describe('suga bake that fails', () => {
  it.each([
    ['throws', "require('small'); throw new Error('too bad');", 'exit code 1'],
    ['rejects', "require('small'); Promise.reject(new Error('too bad'));", 'exit code 1'],
    ['exits', "require('small'); console.error('too bad'); process.exit(3);", 'exit code 3'],
    ['says so last', "require('small'); process.on('exit', () => { console.error('too bad'); process.exitCode = 4; });", 'exit code 4'],
    ['kills itself', "require('small'); console.error('too bad'); process.kill(process.pid, 'SIGKILL');", 'SIGKILL'],
    ['ends without exit handlers', "require('small'); console.error('too bad'); process.reallyExit(0);", 'ended before its code was saved'],
    ['is not JavaScript', 'too bad', 'exit code 1'],
    ['loads nothing', "console.error('too bad');", 'loaded no CommonJS file'],
  ])('when the program %s', async (_, program, words) => {
    using files = project();
    await baking(files);
    const before = packs(files);
    files.add({ 'warm.cjs': program });
    const { code, out, err } = await baking(files);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('too bad');
    expect(err.trim().split('\n').at(-1)).toMatch(new RegExp(`^suga: .*${words}.* Nothing was baked\\.$`));
    // The earlier pack is still there and complete.
    expect(packs(files)).toEqual(before);
    expect(await loaded(files)).toMatchObject({ baked: { used: 3 } });
  });

  it('when the program or the Node does not exist', async () => {
    using files = project();
    expect(await suga(['bake', '--run', 'none.cjs', '--out', 'baked'], { cwd: files.path })).toMatchObject({
      code: 1,
      err: expect.stringContaining('none.cjs does not exist'),
    });
    expect(await baking(files, '--node', '/no/such/node')).toMatchObject({ code: 1, err: expect.stringContaining('/no/such/node cannot be started: ') });
    expect(packs(files)).toEqual([]);
  });

  it('when the folder is a file, before the program runs', async () => {
    using files = project({ baked: '', 'warm.cjs': "require('node:fs').writeFileSync('ran', '')" });
    const { code, err } = await baking(files);
    expect(code).toBe(1);
    expect(err).toMatch(/^suga: the folder .*baked cannot be written: /);
    expect(readdirSync(files.path)).not.toContain('ran');
  });

  // The root user may write to read-only folders.
  it.skipIf(process.getuid?.() === 0)('when the folder is read-only', async () => {
    using files = project({ 'baked/.keep': '' });
    chmodSync(join(files.path, 'baked'), 0o555);
    const { code, err } = await baking(files);
    chmodSync(join(files.path, 'baked'), 0o755);
    expect(code).toBe(1);
    expect(err).toMatch(/^suga: the folder .*baked cannot be written: EACCES/);
    expect(packs(files)).toEqual(['.keep']);
  });

  it('when there is no room for the pack', async () => {
    using files = project({ 'baked/.keep': '' });
    const run = `ulimit -f 64; exec "$0" "$@"`;
    const child = spawn('sh', ['-c', run, process.execPath, main, 'bake', '--run', 'warm.cjs', '--out', 'baked'], {
      cwd: files.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(err).toMatch(/^suga: the code of warm\.cjs cannot be written: EFBIG/);
    expect(packs(files)).toEqual(['.keep']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('when the user ends it by %s', async (signal) => {
    using files = project({ 'warm.cjs': "require('small'); console.error('runs'); setInterval(() => {}, 1000);" });
    const child = spawn(process.execPath, [main, 'bake', '--run', 'warm.cjs', '--out', 'baked'], { cwd: files.path, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!err) child.kill(signal);
      err += text;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(err).toBe('runs\nsuga: the bake was cancelled. Nothing was baked.\n');
    expect(packs(files)).toEqual([]);
  });
});

describe('bake()', () => {
  it('does the same for programs', async () => {
    using files = project();
    const run = join(files.path, 'warm.cjs');
    const out = join(files.path, 'baked');
    const { file, files: count, bytes } = await bake({ run, out, include: ['small'] });
    expect({ file, count, bytes }).toEqual({ file: join(out, packs(files)[0] ?? ''), count: 2, bytes: statSync(file).size });
    await expect(bake({ run: 'none.cjs', out })).rejects.toMatchObject({ name: 'SugaError', code: 'BakeFailed' });
    await expect(bake({ run, out, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'BakeFailed',
      message: expect.stringContaining('cancelled'),
    });
    expect(packs(files)).toHaveLength(1);
  });
});

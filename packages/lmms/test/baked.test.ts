import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { hookLoader, idOf, toPack, wrapped } from '@suga/lmms/baked';
import { bareEnvironment } from '@suga/vitest/child';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const top = mkdtempSync(join(tmpdir(), 'lmms-baked-'));
const home = join(top, 'node_modules', '@acme', 'part');
const program = join(home, 'program.js');
const packs = join(top, 'packs');
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const core = `const path = require('node:path');
const { names } = require('./names.js');
const own = [
  path.basename(require.resolve('./names.js')), require.main === process.mainModule, require.cache[__filename] === module, typeof require.extensions['.js'],
  __dirname === path.dirname(__filename), module.exports === exports, this === exports,
];
exports.create = () => ({
  operations: { sum: (a, b) => a + b, names: () => [...names, path.basename(__filename), ...own], late: async () => (await import('node:path')).basename('/a/b') },
});
`;

interface Told {
  readonly answers: readonly unknown[];
  readonly unloaded: { readonly unloaded: boolean; readonly code?: string };
  readonly baked: { readonly files: number; readonly used: number; readonly rejected: number; readonly unused?: string };
}

function node(script: string, folder: string, ...flags: readonly string[]): Told {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, fixture(script), program, folder], {
    encoding: 'utf8',
    env: bareEnvironment(),
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
  return stdout ? (JSON.parse(stdout) as Told) : (undefined as never);
}
/** The name of the pack of a Node with these flags, which are part of V8's tag. */
function nameOf(...flags: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [...flags, '-p', "require('@suga/lmms/baked').packName()"], { encoding: 'utf8', cwd: import.meta.dirname });
  return stdout.trim();
}
const name = nameOf();
const seen = ['core.js', 'names.js', true, true, 'function', true, true, true];
const right = [3, ['a', 'b', ...seen], 7, 'b'];
/** Returns a folder with a changed copy of the pack. */
function changed(change: (content: Buffer) => Buffer): string {
  const folder = mkdtempSync(join(top, 'changed-'));
  writeFileSync(join(folder, name), change(Buffer.from(readFileSync(join(packs, name)))));
  return folder;
}

beforeAll(() => {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'core.js'), core);
  writeFileSync(join(home, 'names.js'), "exports.names = ['a', 'b'];");
  writeFileSync(program, "const { operations } = require('./core.js').create(); operations.sum(1, 2); operations.names();");
  node('bake.cjs', packs);
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('baked code', () => {
  it('is used each time a core is loaded, and the core sees no difference', () => {
    expect(readdirSync(packs)).toEqual([name]);
    const { answers, unloaded, baked } = node('load.cjs', packs);
    expect(answers).toEqual(right);
    expect(unloaded).toEqual({ unloaded: true, code: 'dropped' });
    expect(baked).toEqual({ files: 3, used: 3, rejected: 0 });
  });

  it('is not used if it is missing, or made for another Node', () => {
    expect(node('load.cjs', join(top, 'nowhere'))).toMatchObject({ answers: right, baked: { used: 0, unused: expect.stringContaining('ENOENT') } });
    const other = mkdtempSync(join(top, 'other-'));
    cpSync(join(packs, name), join(other, name.replace(/^v\d+/, 'v18')));
    expect(node('load.cjs', other).baked.used).toBe(0);
  });

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut in the middle', (content: Buffer) => content.subarray(0, content.length >> 1)],
    ['cut by one byte', (content: Buffer) => content.subarray(0, -1)],
    ['its first words', (content: Buffer) => content.subarray(0, 8)],
    ['cut in its head', (content: Buffer) => content.subarray(0, 14)],
    ['something else', () => Buffer.from('{"hello":"world"}'.repeat(100))],
    ['longer than it was', (content: Buffer) => Buffer.concat([content, Buffer.alloc(9)])],
  ])('is not used if the pack is %s', (_, change) => {
    expect(node('load.cjs', changed(change))).toMatchObject({
      answers: right,
      baked: { used: 0, unused: expect.stringMatching(/^the file is (not a pack|damaged)$/) },
    });
  });

  it('is not used if a bit has flipped, wherever that is', () => {
    const { length } = readFileSync(join(packs, name));
    for (let round = 0; round < 12; round++) {
      const at = Math.floor((round / 12) * length);
      const folder = changed((content) => {
        content.writeUInt8(content.readUInt8(at) ^ 0x10, at);
        return content;
      });
      expect(node('load.cjs', folder), `byte ${at}`).toMatchObject({ answers: right, baked: { used: 0 } });
    }
  });

  it('is not used for a file that has changed since, even if its length is the same', () => {
    writeFileSync(join(home, 'names.js'), "exports.names = ['c', 'd'];");
    expect(node('load.cjs', packs)).toMatchObject({ answers: [3, ['c', 'd', ...seen], 7, 'b'], baked: { used: 2 } });
    writeFileSync(join(home, 'names.js'), "exports.names = ['a', 'b'];");
  });

  it('is not used if V8 rejects it because it was started with other flags', () => {
    expect(node('load.cjs', packs, '--no-opt')).toMatchObject({ answers: right, baked: { used: 0, unused: expect.stringContaining('ENOENT') } });
    // V8 rejects it even if the file was renamed to the expected name.
    const folder = mkdtempSync(join(top, 'renamed-'));
    cpSync(join(packs, name), join(folder, nameOf('--no-opt')));
    expect(node('load.cjs', folder, '--no-opt')).toMatchObject({ answers: right, baked: { files: 3, rejected: 2 } });
  });

  it('is not used if it is not code of V8 at all', () => {
    const folder = mkdtempSync(join(top, 'junk-'));
    const files = ['core.js', 'names.js'].map((name) => ({
      path: `@acme/part/${name}`,
      source: readFileSync(join(home, name), 'utf8'),
      data: Buffer.from('no code'),
    }));
    writeFileSync(join(folder, name), toPack(files));
    expect(node('load.cjs', folder)).toMatchObject({ answers: right, baked: { files: 2, rejected: 2 } });
  });

  it('is not read unless a folder is set', () => {
    const code =
      "const before = process.moduleLoadList.length; const { lmms } = require('@suga/lmms'); const { createGateway } = require('@suga/gateway'); const m = lmms(); createGateway({}, { middleware: [m] }); console.log(JSON.stringify({ baked: m.report().baked ?? null, zlib: process.moduleLoadList.includes('NativeModule zlib') }))";
    const { stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', cwd: import.meta.dirname, env: bareEnvironment() });
    expect(JSON.parse(stdout)).toEqual({ baked: null, zlib: false });
  });
});

describe('a file', () => {
  it('has its path after the last node_modules as its id, on every system', () => {
    expect(idOf('/var/task/node_modules/a/node_modules/@acme/b/dist/index.js')).toBe('@acme/b/dist/index.js');
    expect(idOf('/node_modules/a/index.js')).toBe('a/index.js');
    expect(idOf('C:\\task\\node_modules\\a\\lib\\index.js')).toBe('a/lib/index.js');
    expect(idOf('/var/task/index.js')).toBeUndefined();
  });
});

describe('a hook for the loader', () => {
  const { createRequire } = process.getBuiltinModule('node:module');
  const load = createRequire(import.meta.url);
  let serial = 0;
  const write = (text: string): string => {
    const path = join(top, `file${serial++}.js`);
    writeFileSync(path, text);
    return path;
  };
  /** Compiles each file unchanged, and records its name. */
  const noting = (files: string[]) =>
    hookLoader((filename, source) => {
      files.push(filename);
      return new Script(wrapped(source), { filename });
    });

  it('compiles files until it is undone', () => {
    const files: string[] = [];
    const undo = noting(files);
    const [before, after] = [write("module.exports = '\uFEFF#!'"), write('module.exports = 2')];
    expect(load(before)).toBe('\uFEFF#!');
    undo();
    expect(load(after)).toBe(2);
    expect(files).toEqual([before]);
  });

  it('keeps a hook that others have set since, when it is undone', () => {
    const [first, second]: [string[], string[]] = [[], []];
    const undoFirst = noting(first);
    const undoSecond = noting(second);
    undoFirst();
    const file = write('module.exports = 3');
    expect(load(file)).toBe(3);
    undoSecond();
    undoFirst();
    expect([first, second]).toEqual([[], [file]]);
    expect(load(write('module.exports = 4'))).toBe(4);
    expect(second).toHaveLength(1);
  });

  it.each([
    ['a line for the shell', '#!/usr/bin/env node\nmodule.exports = 5'],
    ['a byte order mark', '\uFEFFmodule.exports = 5'],
  ])('leaves files that begin with %s to Node', (_, text) => {
    const files: string[] = [];
    const undo = noting(files);
    expect(load(write(text))).toBe(5);
    undo();
    expect(files).toEqual([]);
  });

  it('lets Node compile files that it cannot compile', () => {
    const undo = noting([]);
    const broken = write('module.exports = (');
    expect(() => load(broken)).toThrow(SyntaxError);
    undo();
  });
});

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const dist = dirname(require.resolve('@suga/security'));

/** The files of this package and the built-in modules that a fresh process has loaded after some calls. */
function loadedBy(calls: string): { files: string[]; builtins: string[] } {
  const script = `
    const { createGateway } = require(${JSON.stringify(require.resolve('@suga/gateway'))});
    const before = new Set(process.moduleLoadList);
    // The gateway removes loaded modules from the cache, so files are recorded when they are compiled.
    const files = [];
    const { Module } = module.constructor.prototype ? { Module: module.constructor } : {};
    const compile = Module.prototype._compile;
    Module.prototype._compile = function (code, file) { files.push(file); return compile.apply(this, arguments); };
    const { security } = require(${JSON.stringify(require.resolve('@suga/security'))});
    const key = Buffer.alloc(32, 1);
    const box = createGateway({ security: security({ tokens: { algorithms: ['HS256'], secret: key }, encryption: { keys: { key } }, passwords: { cost: 1024 } }) }).security;
    (async () => {
      ${calls}
      const builtins = process.moduleLoadList.filter((name) => !before.has(name));
      console.log(JSON.stringify({ files, builtins }));
    })();`;
  const flags = ['--no-experimental-require-module', '--no-experimental-detect-module'];
  const { files, builtins } = JSON.parse(execFileSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' })) as {
    files: string[];
    builtins: string[];
  };
  return { files: files.filter((file) => file.startsWith(dist)).map((file) => file.slice(dist.length + 1)), builtins };
}
const CRYPTO = 'NativeModule crypto';
const HTTP = /NativeModule (?:https?|_http_client|internal\/deps\/undici\/undici)$/;

describe('what is loaded', () => {
  it.each([
    ['', ['index.js'], false],
    ["box.checkRateLimit('k'); box.sanitizeForLog({}); box.escapeHtml('x'); box.stats();", ['index.js', 'core.js'], false],
    [
      "box.validateEmail('a@b.de'); box.validateRequest({ query: new URLSearchParams('a=1') }, { query: { a: { type: 'number' } } });",
      ['index.js', 'core.js', 'validation.js'],
      false,
    ],
    ["box.hash('x');", ['index.js', 'core.js'], true],
    ["await box.encrypt('x');", ['index.js', 'core.js', 'encryption.js'], true],
    ["await box.hashPassword('x');", ['index.js', 'core.js', 'passwords.js'], true],
    ['await box.verifyToken(await box.signToken({}));', ['index.js', 'core.js', 'tokens.js'], true],
  ])('by %s', (calls, files, crypto) => {
    const loaded = loadedBy(calls);
    expect(loaded.files).toEqual(files);
    expect(loaded.builtins.includes(CRYPTO)).toBe(crypto);
    expect(loaded.builtins.filter((name) => HTTP.test(name))).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Packs folders as npm publishes them and returns the tarballs by package name. */
export function pack(folders: readonly string[], destination: string): ReadonlyMap<string, string> {
  if (folders.length === 0) return new Map();
  const out = npm(destination, 'pack', '--ignore-scripts', '--json', '--pack-destination', destination, ...folders);
  const packed = JSON.parse(out) as readonly { readonly name: string; readonly filename: string }[];
  return new Map(packed.map(({ name, filename }) => [name, join(destination, filename)]));
}

/** Runs npm in a folder, offline and with its own cache there. Its settings do not depend on the process that started this one. */
export function npm(cwd: string, ...args: readonly string[]): string {
  // pnpm sets npm_* variables, which npm would read as its own settings.
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const quiet = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--cache', join(cwd, '.npm')];
  return execFileSync('npm', [...args, ...quiet], { cwd, env: clean, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

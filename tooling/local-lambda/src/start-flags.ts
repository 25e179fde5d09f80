import type { Settings } from './settings.ts';

/** Returns Node's arguments as Lambda's bootstrap sets them, then ours. `folder` is removed if the process outlives this one. */
export function startFlags({ memory, environment, nodeArguments }: Settings, folder: string): string[] {
  const preload = new URL('./runtime/preload.mjs', import.meta.url);
  preload.searchParams.set('folder', folder);
  return [
    '--expose-gc',
    '--max-http-header-size=81920',
    ...heapFlags(memory, environment.NODE_OPTIONS),
    '--no-experimental-require-module',
    '--no-experimental-detect-module',
    `--import=${preload.href}`,
    ...nodeArguments,
  ];
}

// Lambda's bootstrap sets no heap size if the user's NODE_OPTIONS set one.
function heapFlags(memory: number, nodeOptions = ''): string[] {
  if (/--max[-_](old|semi)[-_]space[-_]size/.test(nodeOptions)) return [];
  return [`--max-semi-space-size=${Math.floor(memory / 20)}`, `--max-old-space-size=${Math.floor((memory * 9) / 10)}`];
}

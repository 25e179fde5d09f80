import type { Settings } from './settings.ts';

/** Node's arguments as Lambda's bootstrap gives them, then ours. `folder` goes when the process outlives us. */
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

// Lambda's bootstrap steps back when the user's NODE_OPTIONS set the heap's size.
function heapFlags(memory: number, nodeOptions = ''): string[] {
  if (/--max[-_](old|semi)[-_]space[-_]size/.test(nodeOptions)) return [];
  return [`--max-semi-space-size=${Math.floor(memory / 20)}`, `--max-old-space-size=${Math.floor((memory * 9) / 10)}`];
}

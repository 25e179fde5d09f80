import type { Control } from '@suga/gateway';
import { assertNames } from '@suga/gateway/check';
import type { PreloadResult } from './contract.js';

/** Loads interfaces now. If one throws, its result has the error, and the others are still loaded. */
export function preload(control: Control, names: readonly string[]): Record<string, PreloadResult> {
  return Object.fromEntries(assertNames('initialization', 'names', names).map((name) => [name, preloadOne(control, name)]));
}

function preloadOne(control: Control, name: string): PreloadResult {
  const before = control.stats().interfaces[name];
  if (before?.loaded) return { loaded: true, loadMs: 0 };
  try {
    control.load(name);
    return { loaded: true, loadMs: control.stats().interfaces[name]?.loadMs ?? 0 };
  } catch (error) {
    return { loaded: false, loadMs: 0, error: (error as Error).message };
  }
}

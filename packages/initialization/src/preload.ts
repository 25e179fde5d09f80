import type { Control } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { Preloaded } from './contract.js';

/** Loads interfaces now; what one throws is told and keeps no other. */
export function preload(control: Control, names: readonly string[]): Record<string, Preloaded> {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw invalidParam('initialization', 'names', names, 'an array of names of interfaces');
  }
  return Object.fromEntries(names.map((name) => [name, load(control, name)]));
}

function load(control: Control, name: string): Preloaded {
  const before = control.stats().interfaces[name];
  if (before?.loaded) return { loaded: true, loadMs: 0 };
  try {
    control.load(name);
    return { loaded: true, loadMs: control.stats().interfaces[name]?.loadMs ?? 0 };
  } catch (error) {
    return { loaded: false, loadMs: 0, error: (error as Error).message };
  }
}

import type { Control } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { Preloaded } from './contract.js';

/** Loads interfaces now; what one throws is told and keeps no other. */
export function preload(control: Control, names: readonly string[]): Record<string, Preloaded> {
  assertNames('names', names);
  return Object.fromEntries(names.map((name) => [name, load(control, name)]));
}

/** @throws `InvalidParams` */
export function assertNames(param: string, names: readonly string[]): void {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return;
  throw invalidParam('initialization', param, names, 'an array of names of interfaces');
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

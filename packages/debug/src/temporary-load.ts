import type { Control } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';

/** What became of loading an interface for a look at it. */
export interface TemporaryLoad {
  /** Whether it was loaded for this, and not before. */
  readonly loaded: boolean;
  readonly error?: Error;
  /** Gives it back where it was loaded for this and nothing would be lost. */
  letGo(): void;
}

/** Loads what is not loaded. What is not installed is no error. */
export function loadTemporarily(control: Control, name: string): TemporaryLoad {
  const nothing = { loaded: false, letGo: () => undefined };
  try {
    control.operations(name);
    if (control.stats().interfaces[name]?.loaded) return nothing;
    control.load(name);
    return { loaded: true, letGo: () => letGo(control, name) };
  } catch (error) {
    return isSugaError(error, 'NotInstalled') ? nothing : { ...nothing, error: error as Error };
  }
}

/** A core that cannot say whether it holds something may. */
function letGo(control: Control, name: string): void {
  try {
    if (control.heldState(name) === undefined) control.unload(name);
  } catch {
    // It stays, as after any load.
  }
}

import type { Control } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';

/** The result of loading an interface temporarily. */
export interface TemporaryLoad {
  /** Whether it was loaded now; false if it was loaded before. */
  readonly loaded: boolean;
  readonly error?: Error;
  /** Unloads it if it was loaded now and no state would be lost. */
  letGo(): void;
}

/** Loads an interface if it is not loaded. An interface that is not installed is not an error. */
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

/** Unloads an interface that holds no state. If the core throws instead of saying so, it may hold state. */
function letGo(control: Control, name: string): void {
  try {
    if (control.heldState(name) === undefined) control.unload(name);
  } catch {
    // The interface stays loaded, as after any load.
  }
}

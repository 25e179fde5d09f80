import type { Host } from '@suga/gateway';
import type { Bindings, Logger, Logging, LogLevel } from './contract.js';

/**
 * Creates a child. It refers to the log only by name, and is in a separate file. So a stored child keeps no function of the core in
 * memory, and the core can be unloaded and loaded again.
 */
export function create(host: Host, name: string, bindings: Bindings): Logger {
  const parent = () => host.peer<Logging>(name);
  const logAt =
    (level: LogLevel): Logger['info'] =>
    (message, extra) =>
      parent().log(level, message, extra, bindings);
  return {
    debug: logAt('debug'),
    info: logAt('info'),
    warn: logAt('warn'),
    error: logAt('error'),
    critical: logAt('critical'),
    isLevelEnabled: (level) => parent().isLevelEnabled(level, bindings),
    logOperation: (operation, work, extra) => parent().logOperation(operation, work, extra, bindings),
    child: (keys, options) => parent().child(keys, options, bindings),
  };
}

import type { Host } from '@suga/gateway';
import type { Bindings, Logger, Logging, LogLevel } from './contract.js';

/**
 * A child knows the log by name alone, and is a file of its own: who keeps one keeps no function of the core,
 * so that may be let go of and loaded again.
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

import type { Core, Host, Interface } from '@suga/gateway';
import { assertNames } from '@suga/gateway/check';
import { LEVELS, toRank } from './config.js';
import type { Logging, LoggingOptions, LogLevel } from './contract.js';
import { type Fields, mergeFields, toFields, toText } from './fields.js';
import { readProperty } from './json.js';
import { Recorder } from './recorder.js';

const noop = (): void => undefined;

export function create(options: LoggingOptions, host: Host, table: Interface<Logging>['operations']): Core<Logging> {
  const recorder = new Recorder(options, host);
  const { scopes } = recorder;
  const initial = scopes.global.keys;
  const interfaceName = (): string => Object.keys(host.control.stats().interfaces).find((name) => host.control.operations(name) === table) ?? 'logging';
  const logAt =
    (level: LogLevel, rank = toRank(level)): Logging['info'] =>
    (message, extra) =>
      recorder.record({ rank, message, extra });
  /** Created on first use, because it is rarely needed. */
  let timed: ReturnType<typeof import('./timed-operations.js').create> | undefined;
  const timedOperations = () => (timed ??= (require('./timed-operations.js') as typeof import('./timed-operations.js')).create(recorder));

  const enabled = Object.fromEntries(LEVELS.map((level) => [level, logAt(level)])) as Pick<Logging, LogLevel>;
  const operations: Logging = {
    ...enabled,
    log: (level, message, extra, bindings) => recorder.record({ rank: toRank(level), message, extra, bindings }),
    isLevelEnabled: (level, bindings) => recorder.isEnabled(toRank(level), bindings),
    child: (keys, settings, bindings = {}) => {
      const level = settings?.level ?? (readProperty(bindings, 'level') as LogLevel | undefined);
      const fields = mergeFields(toFields(readProperty(bindings, 'keys')), toFields(keys));
      if (level !== undefined) toRank(level);
      return (require('./child-logger.js') as typeof import('./child-logger.js')).create(host, interfaceName(), { keys: fields, ...(level && { level }) });
    },
    logOperation: (name, work, extra, bindings) => timedOperations().logOperation(name, work, extra, bindings),
    operationStart: (name, extra) => timedOperations().operationStart(name, extra),
    operationSuccess: (name, durationMs, extra) => timedOperations().operationSuccess(name, durationMs, extra),
    operationFailure: (name, error, durationMs, extra) => timedOperations().operationFailure(name, error, durationMs, extra),
    appendKeys: (keys) => scopes.append(scopes.current(), toFields(keys)),
    appendPersistentKeys: (keys) => scopes.append(scopes.global, toFields(keys)),
    removeKeys: (names) => scopes.remove(scopes.current(), assertNames('logging', 'names', names)),
    removePersistentKeys: (names) => scopes.remove(scopes.global, assertNames('logging', 'names', names)),
    resetKeys: () => {
      const state = scopes.current();
      state.keys = state === scopes.global ? initial : {};
    },
    setCorrelationId: (id) => scopes.append(scopes.current(), { correlation_id: toText(id) }),
    getCorrelationId: () => {
      const id = scopes.current().keys['correlation_id'] ?? scopes.global.keys['correlation_id'];
      return id === undefined ? undefined : toText(id);
    },
    getLevel: () => LEVELS[recorder.threshold] as LogLevel,
    setLevel: (level) => {
      recorder.setThreshold(toRank(level));
      disable();
      // Rebinds all interfaces, whatever the name of this one and its middleware. `setLevel` is called rarely.
      host.control.rebind();
    },
    flushBuffer: () => recorder.flush(scopes.current()),
    clearBuffer: () => void scopes.drain(scopes.current()),
    stats: () => recorder.stats(),
  };
  /** Replaces the operations of levels that are never written or buffered with an empty function, so that calls need no check. */
  function disable(): void {
    for (const [rank, level] of LEVELS.entries()) operations[level] = rank < recorder.minRank ? noop : enabled[level];
  }
  disable();
  return {
    operations,
    heldState: () => heldState(recorder, initial),
    ended: (invocation) => scopes.end(invocation),
    scopeEnded: (scope) => scopes.end(scope),
  };
}

/** Describes the state that unloading would lose; `undefined` if there is none. */
function heldState(recorder: Recorder, initial: Fields): string | undefined {
  const { global, buffered, live } = recorder.scopes;
  const parts = [
    global.keys === initial ? '' : 'persistent keys',
    recorder.isLevelSet() ? 'a level set in code' : '',
    live > 0 ? `the keys of ${live} invocations` : '',
    buffered > 0 ? `${buffered} buffered lines` : '',
  ];
  return parts.filter(Boolean).join(', ') || undefined;
}

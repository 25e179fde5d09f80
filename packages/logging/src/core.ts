import type { Core, Host, Interface } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import { LEVELS, rankOf } from './config.js';
import type { Logging, LoggingOptions, LogLevel } from './contract.js';
import { type Fields, fieldsOf, textOf, together } from './fields.js';
import { read } from './json.js';
import { Recorder } from './recorder.js';

const noop = (): void => undefined;

export function create(options: LoggingOptions, host: Host, table: Interface<Logging>['operations']): Core<Logging> {
  const recorder = new Recorder(options, host);
  const { requests } = recorder;
  const initial = requests.outside.keys;
  const nameHere = (): string => Object.keys(host.control.stats().interfaces).find((name) => host.control.operations(name) === table) ?? 'logging';
  const at =
    (level: LogLevel, rank = rankOf(level)): Logging['info'] =>
    (message, extra) =>
      recorder.record({ rank, message, extra });
  /** Seldom needed; made when it is. */
  let made: ReturnType<typeof import('./timed-operations.js').operationsOf> | undefined;
  const timed = () => (made ??= (require('./timed-operations.js') as typeof import('./timed-operations.js')).operationsOf(recorder));

  const live = Object.fromEntries(LEVELS.map((level) => [level, at(level)])) as Pick<Logging, LogLevel>;
  const operations: Logging = {
    ...live,
    log: (level, message, extra, bindings) => recorder.record({ rank: rankOf(level), message, extra, bindings }),
    isLevelEnabled: (level, bindings) => recorder.takes(rankOf(level), bindings),
    child: (keys, settings, bindings = {}) => {
      const level = settings?.level ?? (read(bindings, 'level') as LogLevel | undefined);
      const own = together(fieldsOf(read(bindings, 'keys')), fieldsOf(keys));
      if (level !== undefined) rankOf(level);
      return (require('./child-logger.js') as typeof import('./child-logger.js')).childOf(host, nameHere(), { keys: own, ...(level && { level }) });
    },
    logOperation: (name, work, extra, bindings) => timed().logOperation(name, work, extra, bindings),
    operationStart: (name, extra) => timed().operationStart(name, extra),
    operationSuccess: (name, durationMs, extra) => timed().operationSuccess(name, durationMs, extra),
    operationFailure: (name, error, durationMs, extra) => timed().operationFailure(name, error, durationMs, extra),
    appendKeys: (keys) => requests.append(requests.here(), fieldsOf(keys)),
    appendPersistentKeys: (keys) => requests.append(requests.outside, fieldsOf(keys)),
    removeKeys: (names) => requests.remove(requests.here(), listOf(names)),
    removePersistentKeys: (names) => requests.remove(requests.outside, listOf(names)),
    resetKeys: () => {
      const here = requests.here();
      here.keys = here === requests.outside ? initial : {};
    },
    setCorrelationId: (id) => requests.append(requests.here(), { correlation_id: textOf(id) }),
    getCorrelationId: () => {
      const id = requests.here().keys['correlation_id'] ?? requests.outside.keys['correlation_id'];
      return id === undefined ? undefined : textOf(id);
    },
    getLevel: () => LEVELS[recorder.threshold] as LogLevel,
    setLevel: (level) => {
      recorder.setThreshold(rankOf(level));
      disable();
      // Under whichever name, and behind whichever middleware: this is called seldom.
      host.control.rebind();
    },
    flushBuffer: () => recorder.flush(requests.here()),
    clearBuffer: () => void requests.take(requests.here()),
    stats: () => recorder.stats(),
  };
  /** What nobody would ever see is replaced, not asked each time. */
  function disable(): void {
    for (const [rank, level] of LEVELS.entries()) operations[level] = rank < recorder.floor ? noop : live[level];
  }
  disable();
  return {
    operations,
    heldState: () => lost(recorder, initial),
    ended: (invocation) => requests.end(invocation),
    scopeEnded: (scope) => requests.end(scope),
  };
}

function listOf(names: readonly string[]): readonly string[] {
  if (Array.isArray(names)) return names;
  throw invalidParam('logging', 'names', names, 'an array of names');
}

/** What would be forgotten with the core. */
function lost(recorder: Recorder, initial: Fields): string | undefined {
  const { outside, buffered, live } = recorder.requests;
  const parts = [
    outside.keys === initial ? '' : 'persistent keys',
    recorder.isSet() ? 'a level set in code' : '',
    live > 0 ? `the keys of ${live} invocations` : '',
    buffered > 0 ? `${buffered} buffered lines` : '',
  ];
  return parts.filter(Boolean).join(', ') || undefined;
}

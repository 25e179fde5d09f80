import type { Core, Host, Undo } from '@suga/gateway';
import { assertBoolean } from '@suga/gateway/check';
import { SugaError } from '@suga/gateway/errors';
import { wanted } from './config.js';
import type { Debug, DebugErrorCode, DebugOptions } from './contract.js';
import type { RegisteredCheck } from './health/check.js';
import type { MessageLog } from './log/message-log.js';
import type { Timings } from './profile/tracking.js';
import { newTraceId } from './trace/trace.js';
import { Traces } from './trace/traces.js';
import { parseFunction, parseInteger, parseName, parseOptions, parseTime } from './validation.js';

/** Loads the log of messages and errors; never while diagnostics are off. */
const log = (): typeof import('./log/message-log.js') => require('./log/message-log.js');

/** Loads the health of the gateway, the interfaces, and checks. */
const health = (): typeof import('./health/health.js') => require('./health/health.js');

/** Loads the checks of definitions. */
const verify = (): typeof import('./verify/verify.js') => require('./verify/verify.js');

/** Loads the reports on the process and the gateway. */
const system = (): typeof import('./system.js') => require('./system.js');

/** Loads the profiles of a work. */
const profile = (): typeof import('./profile/profile.js') => require('./profile/profile.js');

/** Loads the timing of operations. */
const tracking = (): typeof import('./profile/tracking.js') => require('./profile/tracking.js');

/** Loads the heap snapshots. */
const snapshot = (): typeof import('./profile/snapshot.js') => require('./profile/snapshot.js');

/** Creates the diagnostics of one gateway. Each operation loads the part that it needs. */
export function create(options: DebugOptions, host: Host): Core<Debug> {
  const { enabled: start = wanted(), maxEntries = 500, maxBytes = 262_144, checkTimeout = 1_000 } = parseOptions(options);
  const limits = { entries: parseInteger('maxEntries', maxEntries, [1, 1e6]), bytes: parseInteger('maxBytes', maxBytes, [1, 2 ** 40]) };
  parseTime('checkTimeout', checkTimeout);
  const { control } = host;
  const checks = new Map<string, RegisteredCheck>();
  const traces = new Traces(host);
  let enabled = start === true;
  let records: MessageLog | undefined;
  let timings: Timings | undefined;
  let untrack: Undo | undefined;

  const record = (): MessageLog => (records ??= new (log().MessageLog)(limits, host));
  const timed = (): Timings => (timings ??= new (tracking().Timings)());
  const stop = (): void => {
    const undo = untrack;
    untrack = undefined;
    undo?.();
  };

  const operations: Debug = {
    enable: () => {
      enabled = true;
    },
    disable: () => {
      enabled = false;
      stop();
    },
    isEnabled: () => enabled,
    log: (message, data) => {
      if (enabled) record().add(message, data);
    },
    traceException: (error, context) => (enabled ? record().addError(error, context) : undefined),
    logs: (filter) => records?.list(filter) ?? (parseOptions(filter, 'filter'), []),
    clearLogs: () => records?.clear() ?? 0,
    health: async (options) => health().everything(host, checks, options),
    checkComponent: async (name, options) => health().component(parseName(name), { host, checks }, options),
    checkGateway: () => health().gateway(control),
    addCheck: (name, check, options) => {
      const { timeout = checkTimeout } = parseOptions(options);
      checks.set(parseName(name), { check: parseFunction('check', check), timeout: parseTime('timeout', timeout) });
    },
    removeCheck: (name) => checks.delete(parseName(name)),
    verify: (options) => verify().verify(control, options),
    system: () => system().system(),
    gatewayStats: () => system().gatewayStats(control),
    memoryProfile: async (work) => profile().memoryProfile(control, work),
    timingProfile: async (work, options) => profile().timingProfile(work, options),
    measure: <T>(name: string, work: () => T) => {
      parseFunction('work', work);
      return enabled ? (timed().around(parseName(name), work)() as T) : work();
    },
    track: (on = true) => {
      assertBoolean('debug', 'on', on);
      stop();
      if (on && enabled) {
        timings = undefined;
        untrack = control.use(timed().middleware);
      }
      return untrack !== undefined;
    },
    timings: () => timings?.list() ?? {},
    heapSnapshot: (options) => {
      if (enabled) return snapshot().heapSnapshot(options);
      throw new SugaError<DebugErrorCode>(
        'Disabled',
        'debug: heap snapshots are off, because they block the process for seconds. Call enable() first, or set SUGA_DEBUG=1.',
      );
    },
    traceContext: () => traces.get(),
    setTraceContext: (context) => traces.set(context),
    clearTraceContext: () => traces.clear(),
    traceId: newTraceId,
  };
  return {
    operations,
    heldState: () => {
      const held = [
        [checks.size, 'checks'],
        [records?.size ?? 0, 'log entries'],
        [timings?.size ?? 0, 'timings'],
        [traces.size, 'trace contexts'],
      ].flatMap(([count, of]) => (count ? [`${count} ${of}`] : []));
      if (enabled !== (start === true)) held.push(`being switched ${enabled ? 'on' : 'off'}`);
      if (untrack) held.push('running tracking');
      return held.join(', ') || undefined;
    },
    ended: (invocation) => traces.end(invocation),
    scopeEnded: (scope) => traces.endPart(scope),
    [Symbol.dispose]: stop,
  };
}

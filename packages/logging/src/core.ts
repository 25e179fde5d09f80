import type { Core, Host, Invocation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { LEVELS, settings } from './config.js';
import type { LogExtra, Logging, LoggingOptions, LogLevel } from './contract.js';
import { errorFields, toLine } from './json.js';
import { writeLine } from './output.js';

type Fields = Readonly<Record<string, unknown>>;

export function create(options: LoggingOptions, host: Host): Core<Logging> {
  const { level: startLevel, service, keys, write = writeLine } = settings(options);
  let threshold = indexOf(startLevel);
  let shared: Fields = keys;
  const perInvocation = new WeakMap<Invocation, Fields>();

  const at = (level: LogLevel): Logging['info'] => {
    const rank = indexOf(level);
    return (message, extra) => {
      if (rank < threshold) return;
      const invocation = host.invocation();
      const standard = { level: level.toUpperCase(), message: String(message), timestamp: new Date().toISOString(), service, ...invocationFields(invocation) };
      const own = invocation && perInvocation.get(invocation);
      write(toLine(merge(standard, { ...shared, ...own, ...fieldsOf(extra) })));
    };
  };

  const operations: Logging = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    critical: at('critical'),
    appendKeys: (added) => {
      const invocation = host.invocation();
      if (invocation) perInvocation.set(invocation, { ...perInvocation.get(invocation), ...added });
      else shared = { ...shared, ...added };
    },
    getLevel: () => LEVELS[threshold] ?? startLevel,
    setLevel: (level) => {
      threshold = indexOf(level);
    },
  };
  return { operations };
}

function indexOf(level: LogLevel): number {
  const index = LEVELS.indexOf(level);
  if (index >= 0) return index;
  throw new SugaError('InvalidParams', `logging: ${JSON.stringify(String(level).slice(0, 40))} is no level; choose from ${LEVELS.join(', ')}.`);
}

function invocationFields(invocation: Invocation | undefined): Fields {
  if (!invocation) return {};
  const { id, coldStart, traceId } = invocation;
  if (traceId === undefined) return { function_request_id: id, cold_start: coldStart };
  // The header is "Root=1-…;Parent=…;Sampled=0"; what is looked for in X-Ray is the root.
  return { function_request_id: id, cold_start: coldStart, xray_trace_id: /Root=([^;]+)/.exec(traceId)?.[1] ?? traceId };
}

function fieldsOf(extra: LogExtra | undefined): Fields {
  if (extra instanceof Error) return { error: errorFields(extra) };
  return typeof extra === 'object' && extra !== null ? extra : extra === undefined ? {} : { extra };
}

/** The standard fields keep their names; a field of the user's that has one of them is kept under `extra`. */
function merge(standard: Fields, fields: Fields): object {
  const clash = Object.keys(fields).filter((key) => Object.hasOwn(standard, key));
  if (clash.length === 0) return { ...standard, ...fields };
  return { ...fields, ...standard, extra: Object.fromEntries(clash.map((key) => [key, fields[key]])) };
}

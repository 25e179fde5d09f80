import type { Core, Host, Invocation } from '@suga/gateway';
import { LEVELS, rankOf, settings } from './config.js';
import type { Logging, LoggingOptions, LogLevel } from './contract.js';
import { type Fields, fieldsOf, merge, textOf, together } from './fields.js';
import { toLine } from './json.js';
import { writeLine } from './output.js';

export function create(options: LoggingOptions, host: Host): Core<Logging> {
  const { threshold: start, service, keys, write = writeLine } = settings(options);
  let threshold = start;
  let shared = keys as Fields;
  const perInvocation = new WeakMap<Invocation, Fields>();

  const at = (level: LogLevel): Logging['info'] => {
    const rank = rankOf(level);
    return (message, extra) => {
      if (rank < threshold) return;
      try {
        const invocation = host.invocation();
        const standard = {
          level: level.toUpperCase(),
          message: textOf(message),
          timestamp: new Date().toISOString(),
          service,
          ...invocationFields(invocation),
        };
        const own = invocation && perInvocation.get(invocation);
        const always = own ? together(shared, own) : shared;
        write(toLine(merge(standard, together(always, fieldsOf(extra)))));
      } catch {
        // What is left is a `write` that throws (a full disk): a log must not break the work it tells about.
      }
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
      const fields = fieldsOf(added);
      if (invocation) perInvocation.set(invocation, together(perInvocation.get(invocation) ?? {}, fields));
      else shared = together(shared, fields);
    },
    getLevel: () => LEVELS[threshold] as LogLevel,
    setLevel: (level) => {
      threshold = rankOf(level);
    },
  };
  return { operations };
}

function invocationFields(invocation: Invocation | undefined): Fields {
  if (!invocation) return {};
  const { id, coldStart, traceId } = invocation;
  if (traceId === undefined) return { function_request_id: id, cold_start: coldStart };
  // The header is "Root=1-…;Parent=…;Sampled=0"; what is looked for in X-Ray is the root.
  return { function_request_id: id, cold_start: coldStart, xray_trace_id: /Root=([^;]+)/.exec(traceId)?.[1] ?? traceId };
}

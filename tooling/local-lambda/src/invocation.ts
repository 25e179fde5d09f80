import { randomBytes, randomUUID } from 'node:crypto';
import type { InvokeOptions } from './contract.ts';
import { LocalLambdaError } from './errors.ts';
import type { Ending, InvocationResult } from './result.ts';
import { checkInteger } from './settings.ts';

/** Lambda's limit in bytes for an event and for a response that is not streamed: slightly more than 6 MB. */
export const payloadLimit = 6_291_556;

/** One event that is being processed by the function. */
export class Invocation {
  readonly requestId: string = randomUUID();
  readonly event: string;
  readonly options: InvokeOptions;
  readonly timeout: number;
  readonly traceId: string;
  readonly logs: string[] = [];
  readonly result: Promise<InvocationResult>;
  /** `performance.now()` when the runtime got the event. */
  startedAt = 0;
  /** Duration in ms of the INIT that this invocation caused. */
  initDuration: number | undefined;
  timer: NodeJS.Timeout | undefined;
  /** The runtime's response. The invocation ends only when the runtime asks for the next event. */
  answer: Ending | undefined;
  settle!: (result: InvocationResult) => void;
  reject!: (error: unknown) => void;

  constructor(event: unknown, options: InvokeOptions, timeout: number) {
    if (options.timeout !== undefined) checkInteger('timeout', options.timeout, 1, 900_000);
    this.event = toJson(event);
    this.options = options;
    this.timeout = options.timeout ?? timeout;
    this.traceId = options.traceId ?? newTraceId();
    this.result = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.reject = reject;
    });
  }
}

function toJson(event: unknown): string {
  const json = stringify(event);
  if (json === undefined) throw new LocalLambdaError('invalid-event', 'JSON cannot represent this event; pass plain data, or null for an empty event.');
  const size = Buffer.byteLength(json);
  if (size > payloadLimit) {
    throw new LocalLambdaError('invalid-event', `The event has ${size} bytes, Lambda accepts ${payloadLimit}; pass a reference to large data.`);
  }
  return json;
}

function stringify(event: unknown): string | undefined {
  try {
    return JSON.stringify(event);
  } catch (error) {
    throw new LocalLambdaError('invalid-event', 'JSON cannot represent this event (it has a cycle or a bigint); pass plain data.', { cause: error });
  }
}

function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}

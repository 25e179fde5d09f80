import { type AnyInterface, createGateway, type Gateway, type Interface } from '@suga/gateway';
import { type Lambda, type LambdaContext, lambda } from '@suga/lambda';

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly extra: unknown;
}

interface Logging {
  debug(message: string, extra?: unknown): void;
  info(message: string, extra?: unknown): void;
  warn(message: string, extra?: unknown): void;
  error(message: string, extra?: unknown): void;
}

const params = { message: { type: 'string' }, extra: {} } as const;

/** A logging interface that collects its lines. */
export const logging = (lines: Line[]): Interface<Logging> => {
  const at =
    (level: Line['level']) =>
    (message: string, extra?: unknown): void =>
      void lines.push({ level, message, extra });
  return {
    operations: { debug: { params }, info: { params }, warn: { params }, error: { params } },
    load: () => ({ operations: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }),
  };
};

interface Calculator {
  add(a: number, b: number): number;
  later(value: string): Promise<string>;
  count(to: number): AsyncIterable<number>;
  odd(): unknown;
  secret(): string;
}

/** An interface with operations of every kind; some of them allow remote calls. */
export const calculator: Interface<Calculator> = {
  operations: {
    add: { params: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'], remote: true },
    later: { params: { value: { type: 'string' } }, returns: 'promise', remote: true },
    count: { params: { to: { type: 'number' } }, returns: 'stream', remote: true },
    odd: { params: {}, remote: true },
    secret: { params: {} },
  },
  load: () => ({
    operations: {
      add: (a, b) => a + b,
      later: async (value) => value,
      count: async function* (to) {
        for (let n = 1; n <= to; n++) yield n;
      },
      odd: () => ({ map: new Map([['a', 1n]]), set: new Set([1]), bytes: Buffer.from('hi'), at: new Date(0) }),
      secret: () => 'secret',
    },
  }),
};

export interface Stage {
  readonly gateway: Gateway<{ lambda: Lambda; calculator: Calculator }>;
  readonly lines: Line[];
}

/** Creates a real gateway with `lambda`, a logging interface that collects its lines, and a calculator. */
export function stage(more: Record<string, AnyInterface> = {}): Stage {
  const lines: Line[] = [];
  const gateway = createGateway({ lambda: lambda(), logging: logging(lines), calculator, ...more } as never) as Stage['gateway'];
  return { gateway, lines };
}

let invocations = 0;

/** Creates the context that Lambda passes to a handler, with `remaining` ms left. @default the maximum timeout of Lambda */
export const context = (remaining = 900_000, awsRequestId = `id-${++invocations}`): LambdaContext => {
  const deadline = Date.now() + remaining;
  return { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

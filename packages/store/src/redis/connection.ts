import { SugaError } from '@suga/gateway/errors';
import { functionRoot } from '../config.js';
import type { RedisClient } from '../contract.js';

/** Client packages that can be used, in the order of preference. */
const PACKAGES = ['iovalkey', 'ioredis'] as const;

/**
 * Maximum idle time of a connection in ms. After a longer time it may have died in the freeze without a notice. Opening a new connection
 * takes less time than finding that out.
 */
const MAX_IDLE = 60_000;

/** A client that this package has created, with the members that it uses. */
interface OwnClient extends RedisClient {
  readonly status: string;
  on(event: 'error', listener: (error: Error) => void): unknown;
  disconnect(): void;
}

type ClientClass = new (url: string, options: object) => OwnClient;

/**
 * A connection that is opened once. It never reconnects by itself, because a reconnect timer would fire after the freeze. After its end,
 * the backend opens another one.
 */
export class Connection {
  /** Reason for its end, if the client reported one. */
  error: Error | undefined;
  #users = 0;
  #isRetired = false;
  #usedAt: number = Date.now();
  readonly client: OwnClient;

  /** @throws `NotInstalled` */
  constructor(url: string, timeout: number) {
    this.client = new (loadClient())(url, {
      connectTimeout: timeout,
      // Saves a command: the client would first ask the server whether it is ready.
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    this.client.on('error', (error) => (this.error = error));
  }

  get isEnded(): boolean {
    return this.#isRetired || this.client.status === 'end' || Date.now() - this.#usedAt > MAX_IDLE;
  }

  /** Runs work with the client. If the signal aborts it, the connection is not used again: it may be dead without having noticed. */
  async use<T>(work: (client: RedisClient) => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#users++;
    this.#usedAt = Date.now();
    const onAbort = (): void => {
      this.#users--;
      this.retire();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(this.client);
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (!signal.aborted) this.#users--;
      if (this.#isRetired) this.retire();
    }
  }

  /** Keeps new work from using the connection, and closes it when the last running work has ended. */
  retire(): void {
    this.#isRetired = true;
    if (this.#users === 0) this.client.disconnect();
  }

  close(): void {
    this.#isRetired = true;
    this.client.disconnect();
  }
}

function loadClient(): ClientClass {
  const require = process.getBuiltinModule('node:module').createRequire(`${functionRoot()}/`);
  let cause: unknown;
  for (const name of PACKAGES) {
    try {
      const found = require(name) as ClientClass & { readonly default?: ClientClass };
      return found.default ?? found;
    } catch (error) {
      if (!(error as Error | undefined)?.message?.startsWith(`Cannot find module '${name}'`)) throw error;
      cause = error;
    }
  }
  const message =
    `store needs ${PACKAGES.join(' or ')} for a Redis server: add one to the function's packages, or pass your own client. ` +
    'A bundle does not include it: mark it as external and ship it in node_modules.';
  throw new SugaError('NotInstalled', message, { cause });
}

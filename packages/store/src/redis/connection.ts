import { SugaError } from '@suga/gateway/errors';
import { functionRoot } from '../config.js';
import type { RedisClient } from '../contract.js';

/** Clients that we can use, by preference. */
const PACKAGES = ['iovalkey', 'ioredis'] as const;

/** A connection that was idle so long, in ms, may have died in the freeze without a word: another one is made in less time than that takes to show. */
const MAX_IDLE = 60_000;

/** What a client that we have made ourselves can do besides. */
interface OwnClient extends RedisClient {
  readonly status: string;
  on(event: 'error', listener: (error: Error) => void): unknown;
  disconnect(): void;
}

type ClientClass = new (url: string, options: object) => OwnClient;

/**
 * A connection that is made once. It never comes back by itself, because a timer that tries would fire after the freeze:
 * who needs it after its end makes another.
 */
export class Connection {
  /** Why it ended, if it said so. */
  error: Error | undefined;
  #users = 0;
  #isRetired = false;
  #usedAt: number = Date.now();
  readonly client: OwnClient;

  /** @throws `NotInstalled` */
  constructor(url: string, timeout: number) {
    this.client = new (loadClient())(url, {
      connectTimeout: timeout,
      // The first command is what is needed, not one that asks whether the server is ready.
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    this.client.on('error', (error) => (this.error = error));
  }

  get isEnded(): boolean {
    return this.#isRetired || this.client.status === 'end' || Date.now() - this.#usedAt > MAX_IDLE;
  }

  /** Works with it. Who leaves because of the signal leaves it to nobody else: it may be dead, and has not noticed. */
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

  /** Nobody is to begin with it any more; it ends when the last has left. */
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
    `store needs ${PACKAGES.join(' or ')} for a Redis server: add one to the function's packages, or pass a client of your own. ` +
    'A bundle does not hold it by itself: keep it external and ship it beside.';
  throw new SugaError('NotInstalled', message, { cause });
}

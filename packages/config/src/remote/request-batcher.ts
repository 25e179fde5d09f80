import { isSugaError } from '@suga/gateway/errors';
import type { Content, RemoteStore } from '../stores/contract.js';
import { storeErrors } from './lazy.js';
import type { Entry } from './value-cache.js';

/** One read of one name that is in flight. */
export interface PendingRead {
  readonly store: RemoteStore;
  readonly key: string;
  readonly name: string;
  readonly refresh: boolean;
  readonly number: number;
  readonly startedAt: number;
  readonly arrival: Promise<Entry>;
  readonly resolve: (content: Content) => void;
  readonly reject: (error: unknown) => void;
  waiting: number;
  /** The request that contains it; undefined before it is sent. */
  call: Call | undefined;
}

interface Call {
  readonly reads: readonly PendingRead[];
  readonly controller: AbortController;
}

export interface RequestBatcherOptions {
  readonly timeout: number;
  readonly onContent: (read: PendingRead, content: Content) => Entry;
  readonly previous: (key: string) => Content | undefined;
}

/**
 * Reads in flight, by key. Reads of one tick, from all invocations, are collected into as few requests as their store allows. A read of a
 * name that is in flight joins it. A request ends with its response, at its time limit, or when no caller waits for it any more.
 */
export class RequestBatcher {
  calls = 0;
  joined = 0;
  readonly #options: RequestBatcherOptions;
  readonly #inFlight = new Map<string, PendingRead>();
  #queued: PendingRead[] = [];
  #number = 0;

  constructor(options: RequestBatcherOptions) {
    this.#options = options;
  }

  /** Reads a name and resolves to the cached entry. Rejects when `signal` aborts. */
  async join(
    store: RemoteStore,
    key: string,
    name: string,
    { refresh = false, signal }: { refresh?: boolean; signal?: AbortSignal | undefined },
  ): Promise<Entry> {
    const read = this.#find(key, refresh) ?? this.#start(store, key, name, refresh);
    read.waiting++;
    if (!signal) return read.arrival;
    return within(signal, read.arrival).catch((error) => {
      if (!signal.aborted) throw error;
      if (--read.waiting === 0) this.#abandon(read);
      throw storeErrors().toStoreError(timeout('the invocation ended before the response arrived'), store.subject(name));
    });
  }

  /** Detaches all reads in flight, so that no later read joins them. @returns Number of the last read. */
  leave(): number {
    this.#inFlight.clear();
    return this.#number;
  }

  /** Aborts all requests. */
  close(): void {
    for (const { call } of this.#inFlight.values()) call?.controller.abort(timeout('its interface was unloaded'));
  }

  /** Returns a read in flight that may be joined. A refresh joins only a refresh. A read that is older than the time limit was cut off by a freeze. */
  #find(key: string, refresh: boolean): PendingRead | undefined {
    const read = this.#inFlight.get(key);
    if (!read || (refresh && !read.refresh) || Date.now() - read.startedAt > this.#options.timeout) return undefined;
    this.joined++;
    return read;
  }

  #start(store: RemoteStore, key: string, name: string, refresh: boolean): PendingRead {
    const { promise, resolve, reject } = Promise.withResolvers<Entry>();
    const done = (): void => {
      if (this.#inFlight.get(key) === read) this.#inFlight.delete(key);
    };
    const resolveWith = (content: Content): void => (done(), resolve(this.#options.onContent(read, content)));
    const rejectWith = (error: unknown): void => (done(), reject(error));
    const read: PendingRead = {
      ...{ store, key, name, refresh, resolve: resolveWith, reject: rejectWith, arrival: promise },
      ...{ number: ++this.#number, startedAt: Date.now(), waiting: 0, call: undefined },
    };
    // All callers that waited may have left.
    promise.catch(() => undefined);
    this.#inFlight.set(key, read);
    // Send after the microtasks of this tick, in which other reads may start.
    if (this.#queued.push(read) === 1) Promise.resolve().then(() => process.nextTick(() => this.#send()));
    return read;
  }

  #send(): void {
    const reads = this.#queued;
    this.#queued = [];
    for (const [store, all] of Map.groupBy(reads, (read) => read.store)) {
      const wanted = all.filter((read) => read.waiting > 0);
      for (let at = 0; at < wanted.length; at += store.limit) void this.#call(store, wanted.slice(at, at + store.limit));
    }
  }

  async #call(store: RemoteStore, reads: readonly PendingRead[]): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort(timeout(`it took longer than ${this.#options.timeout} ms`)), this.#options.timeout);
    const call = { reads, controller };
    for (const read of reads) read.call = call;
    this.calls++;
    try {
      const keys = new Map(reads.map(({ name, key, refresh }) => [name, refresh ? '' : key]));
      const previous = (name: string): Content | undefined => this.#options.previous(keys.get(name) ?? '');
      const contents = await within(signal, store.fetch([...keys.keys()], { signal, previous }));
      for (const read of reads) settle(read, contents.get(read.name));
    } catch (error) {
      this.#failed(store, reads, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Handles a failed request. One refused name fails all names of a request; requested one by one, the others succeed. */
  #failed(store: RemoteStore, reads: readonly PendingRead[], error: unknown): void {
    const [first] = reads as [PendingRead];
    const { toStoreError } = storeErrors();
    const fault = toStoreError(error, store.subject(first.name));
    const one = isSugaError<string>(fault) && (fault.code === 'InvalidParams' || fault.code === 'NotFound' || 'permission' in fault.details);
    if (one && reads.length > 1) for (const read of reads) void this.#call(store, [read]);
    else for (const read of reads) read.reject(toStoreError(error, store.subject(read.name)));
  }

  #abandon(read: PendingRead): void {
    if (this.#inFlight.get(read.key) === read) this.#inFlight.delete(read.key);
    if (read.call?.reads.every(({ waiting }) => waiting === 0)) read.call.controller.abort(timeout('no caller waits for it any more'));
  }
}

function settle(read: PendingRead, content: Content | Error | undefined): void {
  const subject = read.store.subject(read.name);
  if (content === undefined) read.reject(storeErrors().notFound(subject));
  else if (content instanceof Error) read.reject(storeErrors().toStoreError(content, subject));
  else read.resolve(content);
}

function timeout(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}

/** Settles like the promise, or rejects with the signal's reason if that comes first. Removes its listener. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: outcome, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return outcome;
}

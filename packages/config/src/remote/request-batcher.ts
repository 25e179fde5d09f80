import { isSugaError } from '@suga/gateway/errors';
import type { Subject } from './store-errors.js';
import type { Content, Entry } from './value-cache.js';

/** Loaded when a read fails. */
const storeErrors = (): typeof import('./store-errors.js') => require('./store-errors.js');

/** A store, and how it is asked for several names at once. */
export interface Origin {
  /** How many names one call takes. */
  limit: number;
  subject(name: string): Subject;
  /** Contents by name, or what went wrong with one; a name that is not in the map does not exist. */
  ask(names: readonly string[], context: { readonly signal: AbortSignal; previous(name: string): Content | undefined }): Promise<Map<string, Content | Error>>;
}

/** One read of one name that is under way. */
export interface Flight {
  readonly origin: Origin;
  readonly key: string;
  readonly name: string;
  readonly refresh: boolean;
  readonly number: number;
  readonly startedAt: number;
  readonly arrival: Promise<Entry>;
  readonly land: (content: Content) => void;
  readonly fail: (error: unknown) => void;
  waiting: number;
  /** The call it is part of; none yet before it is sent. */
  call: Call | undefined;
}

interface Call {
  readonly flights: readonly Flight[];
  readonly controller: AbortController;
}

export interface FlightsOptions {
  readonly timeout: number;
  readonly landed: (flight: Flight, content: Content) => Entry;
  readonly previous: (key: string) => Content | undefined;
}

/**
 * Reads under way, by key. Those of one moment are gathered into as few calls as their store allows, over all invocations;
 * who asks for a name that is under way joins. A call ends when it is answered, when its time is over, or when nobody waits any more.
 */
export class Flights {
  calls = 0;
  joined = 0;
  readonly #options: FlightsOptions;
  readonly #under = new Map<string, Flight>();
  #gathered: Flight[] = [];
  #number = 0;

  constructor(options: FlightsOptions) {
    this.#options = options;
  }

  /** What `landed` made of the answer. Rejects when `signal` aborts. */
  async join(origin: Origin, key: string, name: string, { refresh = false, signal }: { refresh?: boolean; signal?: AbortSignal | undefined }): Promise<Entry> {
    const flight = this.#find(key, refresh) ?? this.#start(origin, key, name, refresh);
    flight.waiting++;
    if (!signal) return flight.arrival;
    return within(signal, flight.arrival).catch((error) => {
      if (!signal.aborted) throw error;
      if (--flight.waiting === 0) this.#abandon(flight);
      throw storeErrors().toFault(timeout('the invocation ended before the answer came'), origin.subject(name));
    });
  }

  /** Nobody joins what is under way any more. @returns The last flight's number. */
  leave(): number {
    this.#under.clear();
    return this.#number;
  }

  /** Ends all calls. */
  close(): void {
    for (const { call } of this.#under.values()) call?.controller.abort(timeout('its interface was unloaded'));
  }

  /** One that is under way and will do: after a rotation only one that began as a refresh, and none that time in the freezer has cut off. */
  #find(key: string, refresh: boolean): Flight | undefined {
    const flight = this.#under.get(key);
    if (!flight || (refresh && !flight.refresh) || Date.now() - flight.startedAt > this.#options.timeout) return undefined;
    this.joined++;
    return flight;
  }

  #start(origin: Origin, key: string, name: string, refresh: boolean): Flight {
    const { promise, resolve, reject } = Promise.withResolvers<Entry>();
    const done = (): void => {
      if (this.#under.get(key) === flight) this.#under.delete(key);
    };
    const land = (content: Content): void => (done(), resolve(this.#options.landed(flight, content)));
    const fail = (error: unknown): void => (done(), reject(error));
    const flight: Flight = {
      ...{ origin, key, name, refresh, land, fail, arrival: promise },
      ...{ number: ++this.#number, startedAt: Date.now(), waiting: 0, call: undefined },
    };
    // All who waited may have left.
    promise.catch(() => undefined);
    this.#under.set(key, flight);
    // After the microtasks of this moment, in which others may ask, too.
    if (this.#gathered.push(flight) === 1) Promise.resolve().then(() => process.nextTick(() => this.#send()));
    return flight;
  }

  #send(): void {
    const flights = this.#gathered;
    this.#gathered = [];
    for (const [origin, all] of Map.groupBy(flights, (flight) => flight.origin)) {
      const wanted = all.filter((flight) => flight.waiting > 0);
      for (let at = 0; at < wanted.length; at += origin.limit) void this.#call(origin, wanted.slice(at, at + origin.limit));
    }
  }

  async #call(origin: Origin, flights: readonly Flight[]): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort(timeout(`it took longer than ${this.#options.timeout} ms`)), this.#options.timeout);
    const call = { flights, controller };
    for (const flight of flights) flight.call = call;
    this.calls++;
    try {
      const keys = new Map(flights.map(({ name, key, refresh }) => [name, refresh ? '' : key]));
      const previous = (name: string): Content | undefined => this.#options.previous(keys.get(name) ?? '');
      const contents = await within(signal, origin.ask([...keys.keys()], { signal, previous }));
      for (const flight of flights) settle(flight, contents.get(flight.name));
    } catch (error) {
      this.#failed(origin, flights, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One name that is refused fails the whole call; asked one by one, the others get through. */
  #failed(origin: Origin, flights: readonly Flight[], error: unknown): void {
    const [first] = flights as [Flight];
    const { toFault } = storeErrors();
    const told = toFault(error, origin.subject(first.name));
    const one = isSugaError<string>(told) && (told.code === 'InvalidParams' || told.code === 'NotFound' || 'permission' in told.details);
    if (one && flights.length > 1) for (const flight of flights) void this.#call(origin, [flight]);
    else for (const flight of flights) flight.fail(toFault(error, origin.subject(flight.name)));
  }

  #abandon(flight: Flight): void {
    if (this.#under.get(flight.key) === flight) this.#under.delete(flight.key);
    if (flight.call?.flights.every(({ waiting }) => waiting === 0)) flight.call.controller.abort(timeout('nobody waits for it any more'));
  }
}

function settle(flight: Flight, content: Content | Error | undefined): void {
  const subject = flight.origin.subject(flight.name);
  if (content === undefined) flight.fail(storeErrors().absent(subject));
  else if (content instanceof Error) flight.fail(storeErrors().toFault(content, subject));
  else flight.land(content);
}

function timeout(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}

/** The promise's outcome, or the signal's reason where that comes first; leaves no listener behind. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: outcome, resolve, reject } = Promise.withResolvers<T>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return outcome;
}

import { SugaError } from '@suga/gateway/errors';
import type { HttpErrorCode, HttpOptions, Lookup } from '../contract.js';
import type { AddressGuard } from './address-guard.js';

/** The part of undici's `Agent` that is used here. */
interface Agent {
  close(): Promise<void>;
  destroy(): Promise<void>;
}
type AgentClass = new (options: object) => Agent;

const PROBE = 'suga.invalid';

/**
 * The connections of one client. Addresses are checked when a connection is opened: Node connects to an address that our `lookup` returned.
 * So the address of a name cannot change between the check and the connection.
 */
export class Connections {
  readonly #settings: { readonly guard: AddressGuard; readonly lookup: Lookup | undefined; readonly keepAlive: number; readonly connectTimeout: number };
  readonly #own: object | undefined;
  /** Origins that have sent a response over the present connections. */
  readonly #responsive = new Set<string>();
  #class: Promise<AgentClass> | undefined;
  #agent: Agent | undefined;
  #active = 0;
  #lastUse = 0;

  constructor({ lookup, dispatcher, keepAlive = 4_000, attemptTimeout = 10_000 }: HttpOptions, guard: AddressGuard) {
    this.#settings = { guard, lookup, keepAlive, connectTimeout: attemptTimeout };
    this.#own = dispatcher;
  }

  /** Returns a dispatcher for a request. Call `release` when the response has been read. */
  async acquire(): Promise<object> {
    if (this.#own) return this.#own;
    const AgentClass = await (this.#class ??= this.#find());
    // During a freeze, the timers of the sockets stop, while those of the server continue.
    if (this.#active === 0 && Date.now() - this.#lastUse > this.#settings.keepAlive) this.drop();
    this.#active++;
    const { keepAlive, connectTimeout } = this.#settings;
    this.#agent ??= new AgentClass({
      connect: { lookup: this.#lookup, timeout: connectTimeout },
      keepAliveTimeout: keepAlive,
      keepAliveMaxTimeout: keepAlive,
      // Each attempt has a time limit of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return this.#agent;
  }

  release(): void {
    if (this.#own) return;
    this.#active--;
    this.#lastUse = Date.now();
  }

  /** Reports a response from an origin. Its next request may use the same connection again. */
  noteResponse(origin: string): void {
    if (this.#responsive.size < 1000) this.#responsive.add(origin);
  }

  /** Whether a reset may only mean that an idle connection was closed. If so, the next request gets a new connection. */
  isStale(origin: string, dispatcher: object): boolean {
    if (this.#own || !this.#responsive.has(origin)) return false;
    if (dispatcher === this.#agent) this.#forget()?.close().catch(ignore);
    return true;
  }

  /** Closes all connections. */
  drop(): void {
    this.#forget()?.destroy().catch(ignore);
  }

  /** Closes idle connections. Connections with a request in flight are closed after it. */
  retire(): void {
    this.#forget()?.close().catch(ignore);
  }

  #forget(): Agent | undefined {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#responsive.clear();
    return agent;
  }

  readonly #lookup: Lookup = (host, options, callback) => {
    const { guard, lookup = process.getBuiltinModule('node:dns').lookup as unknown as Lookup } = this.#settings;
    if (guard.trusts(host)) return lookup(host, options, callback);
    lookup(host, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      // One refused address refuses the name, because a legitimate name has no reason to mix both kinds.
      const refusal = addresses.map((address) => guard.refusal(address, host)).find(Boolean);
      callback(refusal ?? null, found, family);
    });
  };

  /**
   * Finds undici's `Agent`, which Node contains but does not export. It is the class of the dispatcher that every `fetch` uses.
   * The class is tested before it is used: if it does not call our `lookup`, no request is sent.
   */
  async #find(): Promise<AgentClass> {
    try {
      new Request('http://localhost');
      const Found = (globalThis as Record<symbol, object | undefined>)[Symbol.for('undici.globalDispatcher.1')]?.constructor as AgentClass;
      if (await isGuardable(Found)) return Found;
    } catch {
      // The error below explains it.
    }
    this.#class = undefined;
    throw new SugaError<HttpErrorCode>(
      'Unsupported',
      'http: the addresses that this process\'s fetch connects to cannot be checked, because its global dispatcher has been replaced. To use yours, pass it as "dispatcher".',
    );
  }
}

/** Whether connections of that class use `lookup`. The test requests a name that cannot exist (RFC 6761), and no packet is sent. */
async function isGuardable(Found: AgentClass): Promise<boolean> {
  let asked = '';
  const lookup: Lookup = (host, _, callback) => {
    asked = host;
    callback(new Error('not to be connected to'), '');
  };
  const agent = new Found({ connect: { lookup } });
  await fetch(`http://${PROBE}/`, { dispatcher: agent } as RequestInit).catch(ignore);
  await agent.destroy();
  return asked === PROBE;
}

const ignore = (): void => undefined;

import { SugaError } from '@suga/gateway/errors';
import type { HttpErrorCode, HttpOptions, Lookup } from '../contract.js';
import type { AddressGuard } from './address-guard.js';

/** What is used of undici's `Agent`. */
interface Agent {
  close(): Promise<void>;
  destroy(): Promise<void>;
}
type AgentClass = new (options: object) => Agent;

const PROBE = 'suga.invalid';

/**
 * The connections of one client. They are checked where they are made: Node looks a name up and connects to what our
 * `lookup` let through, so there is no moment between check and use at which a name could change its mind.
 */
export class Connections {
  readonly #settings: { readonly guard: AddressGuard; readonly lookup: Lookup | undefined; readonly keepAlive: number; readonly connectTimeout: number };
  readonly #own: object | undefined;
  readonly #answered = new Set<string>();
  #class: Promise<AgentClass> | undefined;
  #agent: Agent | undefined;
  #active = 0;
  #lastUse = 0;

  constructor({ lookup, dispatcher, keepAlive = 4_000, attemptTimeout = 10_000 }: HttpOptions, guard: AddressGuard) {
    this.#settings = { guard, lookup, keepAlive, connectTimeout: attemptTimeout };
    this.#own = dispatcher;
  }

  /** What to send a request through; `release` it when the response is read. */
  async acquire(): Promise<object> {
    if (this.#own) return this.#own;
    const AgentClass = await (this.#class ??= this.#find());
    // The sockets' own timers may have stood still with the process, while the other side's did not.
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

  /** A response came from there: its next request may meet a connection that has been used before. */
  answered(origin: string): void {
    if (this.#answered.size < 1000) this.#answered.add(origin);
  }

  /** Whether a reset may mean no more than that a kept connection was dead; if so, the next one is new. */
  isStale(origin: string, dispatcher: object): boolean {
    if (this.#own || !this.#answered.has(origin)) return false;
    if (dispatcher === this.#agent) this.#forget()?.close().catch(ignore);
    return true;
  }

  /** Closes all connections. */
  drop(): void {
    this.#forget()?.destroy().catch(ignore);
  }

  /** Lets idle connections go; those at work end theirs first. */
  retire(): void {
    this.#forget()?.close().catch(ignore);
  }

  #forget(): Agent | undefined {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#answered.clear();
    return agent;
  }

  readonly #lookup: Lookup = (host, options, callback) => {
    const { guard, lookup = process.getBuiltinModule('node:dns').lookup as unknown as Lookup } = this.#settings;
    if (guard.trusts(host)) return lookup(host, options, callback);
    lookup(host, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      // One bad address refuses the name: whoever mixes them is up to no good.
      const refusal = addresses.map((address) => guard.refusal(address, host)).find(Boolean);
      callback(refusal ?? null, found, family);
    });
  };

  /**
   * undici's `Agent`, which Node has inside but does not hand out: the class of the dispatcher that every `fetch` goes through.
   * Not trusted by its name: it must be seen to ask our `lookup`, else nothing is sent.
   */
  async #find(): Promise<AgentClass> {
    try {
      new Request('http://localhost');
      const Found = (globalThis as Record<symbol, object | undefined>)[Symbol.for('undici.globalDispatcher.1')]?.constructor as AgentClass;
      if (await isGuardable(Found)) return Found;
    } catch {
      // Said below.
    }
    this.#class = undefined;
    throw new SugaError<HttpErrorCode>(
      'Unsupported',
      'http: the addresses that this process\'s fetch connects to cannot be checked, because its global dispatcher has been replaced. Pass yours as "dispatcher" to use it.',
    );
  }
}

/** Whether connections of that class go where `lookup` says. Asks for a name that cannot exist (RFC 6761); no packet leaves. */
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

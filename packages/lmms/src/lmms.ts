import type { Control, Handler, InterfaceStats, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { memorySizeMb } from '@suga/gateway/memory';
import { parseSettings, type Settings } from './config.js';
import type { Lmms, LmmsOptions, LmmsReport, Profile, Usage } from './contract.js';
import { Ligs } from './ligs.js';
import { Lugs } from './lugs.js';
import { UsageLog } from './usage-log.js';
import { Zaph } from './zaph.js';

/** The parts that exist once the middleware is attached to a gateway. */
interface Components {
  readonly ligs: Ligs;
  readonly lugs: Lugs;
  readonly zaph: Zaph;
  readonly usage: UsageLog;
  readonly baked: LmmsReport['baked'];
}

/** The memory management of one gateway. */
export class LmmsMiddleware implements Lmms {
  readonly name = 'lmms';
  readonly #settings: Settings;
  #components: Components | undefined;
  #invocations = 0;
  /** Interfaces that are being loaded. */
  readonly #loading = new Set<string>();

  constructor(options: LmmsOptions) {
    this.#settings = parseSettings(options);
  }

  attach(control: Control): void {
    if (this.#components) throw new SugaError('InvalidDefinition', 'lmms: this instance is already attached to a gateway. Create one per gateway with lmms().');
    const zaph = new Zaph(this.#settings.fastPathThreshold);
    const usage = new UsageLog(control);
    const lugs = new Lugs(control, this.#settings, { isHot: (name) => zaph.isHot(name), inUse: (name) => usage.inUse(name) });
    this.#components = { ligs: new Ligs(control, this.#settings), zaph, lugs, usage, baked: this.#useBaked() };
    const { ligs } = this.#components;
    // Hooks are not called for interfaces that were loaded before, nor until `attach` has returned.
    for (const [name, stats] of Object.entries(control.stats().interfaces)) if (stats.loaded) this.loaded(name, stats);
    ligs.preload((name) => this.loaded(name, control.stats().interfaces[name] as InterfaceStats));
  }

  /** Hooks the loader before any interface is preloaded. Without a folder of baked code, the code for it is not loaded either. */
  #useBaked(): LmmsReport['baked'] {
    const { baked } = this.#settings;
    return baked === undefined ? undefined : (require('./baked.js') as typeof import('./baked.js')).useBaked(baked);
  }

  bind(operation: Operation, next: Handler): Handler {
    return this.#component('usage').bind(operation, next, this.#loading.has(operation.interface));
  }

  start(invocation: Invocation): void {
    const { usage, ligs } = this.#attached();
    usage.start(invocation);
    ligs.preloadFor(invocation.source);
  }

  routed({ request }: Invocation): void {
    this.#component('ligs').preloadFor(request);
  }

  end(invocation: Invocation): void {
    const { usage, zaph, lugs } = this.#attached();
    this.#invocations++;
    const used = usage.end(invocation);
    if (this.#settings.fastPath) zaph.end(this.#invocations, usage.operations);
    lugs.end(used);
  }

  loading(name: string): void {
    this.#loading.add(name);
    this.#component('ligs').loading(name);
  }

  loaded(name: string, stats: InterfaceStats): void {
    const { ligs, lugs, usage } = this.#attached();
    this.#loading.delete(name);
    ligs.loaded(name, stats);
    lugs.loaded(name);
    usage.loaded(name, stats.loadMs);
  }

  unloaded(name: string): void {
    this.#component('lugs').unloaded(name);
  }

  report(): LmmsReport {
    const { ligs, lugs, zaph, baked } = this.#attached();
    return {
      invocations: this.#invocations,
      loaded: Object.fromEntries(ligs.loads),
      decisions: Object.fromEntries(lugs.decisions),
      unloads: lugs.unloads,
      hot: zaph.hot,
      memory: lugs.memory.now(),
      collections: { ...lugs.memory.collections },
      ...(baked && { baked: { ...baked } }),
      settings: { ...this.#settings },
    };
  }

  usage(): Usage {
    return this.#component('usage').export();
  }

  profile(memoryMb?: number): Profile {
    const { toProfile } = require('./advice.js') as typeof import('./advice.js');
    // An environment has one cold start and knows of no others.
    return toProfile(this.usage(), memoryMb ?? memorySizeMb() ?? 128, 1);
  }

  #attached(): Components {
    if (this.#components) return this.#components;
    throw new SugaError('InvalidDefinition', 'lmms: this instance is not attached to a gateway yet. Use createGateway(interfaces, { middleware: [lmms()] }).');
  }

  #component<Name extends keyof Components>(name: Name): Components[Name] {
    return this.#attached()[name];
  }
}

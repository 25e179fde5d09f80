import type { Control, Handler, InterfaceStats, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { memorySetting, type Settings, settings } from './config.js';
import type { Lmms, LmmsOptions, LmmsReport, Profile, Usage } from './contract.js';
import { Ligs } from './ligs.js';
import { Lugs } from './lugs.js';
import { UsageLog } from './usage-log.js';
import { Zaph } from './zaph.js';

/** What there is once a gateway has taken the middleware in. */
interface Parts {
  readonly ligs: Ligs;
  readonly lugs: Lugs;
  readonly zaph: Zaph;
  readonly usage: UsageLog;
  readonly baked: LmmsReport['baked'];
}

/** One gateway's memory management. */
export class Management implements Lmms {
  readonly name = 'lmms';
  readonly #settings: Settings;
  #parts: Parts | undefined;
  #invocations = 0;
  /** Interfaces that are being loaded. */
  readonly #loading = new Set<string>();

  constructor(options: LmmsOptions) {
    this.#settings = settings(options);
  }

  attach(control: Control): void {
    if (this.#parts) throw new SugaError('InvalidDefinition', 'lmms: it manages a gateway already; make one for each with lmms().');
    const zaph = new Zaph(this.#settings.fastPathThreshold);
    const usage = new UsageLog(control);
    const lugs = new Lugs(control, this.#settings, { isHot: (name) => zaph.protects(name), inUse: (name) => usage.inUse(name) });
    this.#parts = { ligs: new Ligs(control, this.#settings), zaph, lugs, usage, baked: this.#bake() };
    const { ligs } = this.#parts;
    // What was loaded before: hooks are not called for that, nor before the gateway has taken this in.
    for (const [name, stats] of Object.entries(control.stats().interfaces)) if (stats.loaded) this.loaded(name, stats);
    ligs.preload((name) => this.loaded(name, control.stats().interfaces[name] as InterfaceStats));
  }

  /** Before anything is preloaded; who has baked nothing does not even load the code for it. */
  #bake(): LmmsReport['baked'] {
    const { baked } = this.#settings;
    return baked === undefined ? undefined : (require('./baked.js') as typeof import('./baked.js')).useBaked(baked);
  }

  bind(operation: Operation, next: Handler): Handler {
    return this.#part('usage').bind(operation, next, this.#loading.has(operation.interface));
  }

  start(invocation: Invocation): void {
    const { usage, ligs } = this.#all();
    usage.start(invocation);
    ligs.preloadFor(invocation.source);
  }

  routed({ request }: Invocation): void {
    this.#part('ligs').preloadFor(request);
  }

  end(invocation: Invocation): void {
    const { usage, zaph, lugs } = this.#all();
    this.#invocations++;
    const used = usage.end(invocation);
    if (this.#settings.fastPath) zaph.end(this.#invocations, usage.operations);
    lugs.end(used);
  }

  loading(name: string): void {
    this.#loading.add(name);
    this.#part('ligs').loading(name);
  }

  loaded(name: string, stats: InterfaceStats): void {
    const { ligs, lugs, usage } = this.#all();
    this.#loading.delete(name);
    ligs.loaded(name, stats);
    lugs.loaded(name);
    usage.loaded(name, stats.loadMs);
  }

  unloaded(name: string): void {
    this.#part('lugs').unloaded(name);
  }

  report(): LmmsReport {
    const { ligs, lugs, zaph, baked } = this.#all();
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
    return this.#part('usage').export();
  }

  profile(memoryMb?: number): Profile {
    const { profileOf } = require('./advice.js') as typeof import('./advice.js');
    // An environment has one cold start, and knows of no other.
    return profileOf(this.usage(), memoryMb ?? memorySetting() ?? 128, 1);
  }

  #all(): Parts {
    if (this.#parts) return this.#parts;
    throw new SugaError('InvalidDefinition', 'lmms: no gateway has it yet; createGateway(interfaces, { middleware: [lmms()] }).');
  }

  #part<Name extends keyof Parts>(name: Name): Parts[Name] {
    return this.#all()[name];
  }
}

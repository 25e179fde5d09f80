import { assertName, assertOneOf, assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { ConfigOptions, Settings } from '../contract.js';
import { readSettings } from './files.js';

/** The built-in presets: how values from stores are cached, depending on how much reads may cost. `standard` is empty: it uses the defaults. */
const TIERS: Readonly<Record<string, Settings>> = {
  minimum: { SUGA_CONFIG_TTL: 900_000, SUGA_CONFIG_MAX_ENTRIES: 100 },
  standard: {},
  maximum: { SUGA_CONFIG_TTL: 60_000, SUGA_CONFIG_MAX_ENTRIES: 10_000 },
};

type Texts = Map<string, string>;

/** Settings in layers: code, environment, files, preset, defaults. */
export class SettingLayers {
  readonly own: Texts = new Map();
  preset: string;
  readonly presets: ReadonlyMap<string, Settings>;
  readonly files: string[] = [];
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #defaults: Texts;
  readonly #first: string;
  #inFiles: Texts = new Map();
  #inPreset: Texts = new Map();

  constructor({ environment = process.env, defaults = {}, presets = {}, preset = 'standard' }: ConfigOptions) {
    this.#environment = environment;
    this.#defaults = toTexts(defaults);
    const own = Object.entries(presets).filter(([, preset]) => preset !== undefined);
    this.presets = new Map([...Object.entries(TIERS), ...own]);
    this.#first = this.preset = preset;
    this.usePreset(preset);
  }

  read(key: string): string | undefined {
    assertName('config', 'key', key);
    const environment = this.#environment;
    // An empty string counts as not set in every layer.
    return (
      this.own.get(key) ||
      (Object.hasOwn(environment, key) && environment[key]) ||
      this.#inFiles.get(key) ||
      this.#inPreset.get(key) ||
      this.#defaults.get(key) ||
      undefined
    );
  }

  set(key: string, value: unknown): void {
    assertName('config', 'key', key);
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw invalidParam('config', key, value, 'a string, a number or a boolean');
    this.own.set(key, String(value));
  }

  /** Returns all settings whose names begin with `prefix`, sorted by name. */
  all(prefix: string): [string, string][] {
    assertString('config', 'prefix', prefix);
    const environment = Object.entries(this.#environment) as [string, string][];
    const all = new Map([this.#defaults, this.#inPreset, this.#inFiles, environment, this.own].flatMap((layer) => [...layer].filter(([, value]) => value)));
    return [...all].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  loadFile(path: string): number {
    const found = toTexts(readSettings(path));
    this.#inFiles = new Map([...this.#inFiles, ...found]);
    if (!this.files.includes(path)) this.files.push(path);
    return found.size;
  }

  usePreset(name: string): void {
    this.preset = assertOneOf('config', 'preset', name, [...this.presets.keys()]);
    this.#inPreset = toTexts(this.presets.get(name) ?? {});
  }

  /** Reloads everything or nothing: if a file can no longer be read, all settings stay as they were. */
  reload(): void {
    const inFiles = new Map(this.files.flatMap((path) => [...toTexts(readSettings(path))]));
    this.own.clear();
    this.#inFiles = inFiles;
    this.usePreset(this.#first);
  }
}

function toTexts(settings: Readonly<Record<string, unknown>>): Texts {
  const texts: Texts = new Map();
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue;
    texts.set(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return texts;
}

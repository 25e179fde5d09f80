import type { Host } from '@suga/gateway';
import { assertArray } from '@suga/gateway/check';
import type { ConfigOptions, ParameterOptions, Prefetched, Source, StandardSchema, StoreStats, Transform } from '../contract.js';
import type { check } from '../settings/schema.js';
import type { Subject } from '../stores/contract.js';
import { CachedReader, type Limits } from './cached-reader.js';
import { storeErrors } from './lazy.js';
import { type Kind, toSourceKey } from './source-key.js';
import { createStores } from './store-registry.js';
import type { Entry } from './value-cache.js';

/** Loads the transforms, for values that are not requested as plain strings. */
const transforms = (): typeof import('./transform.js') => require('./transform.js');

/** All options of a read. */
export interface AnyRead extends ParameterOptions {
  readonly transform?: Transform | undefined;
  readonly schema?: StandardSchema | undefined;
}

/** Dependencies that the core passes in, so that their code is not bundled twice. */
interface RemoteDeps {
  readonly limits: Limits;
  readonly host: Host;
  readonly check: typeof check;
}

/** All remote stores. This file is loaded at the first remote read. */
export interface Remote {
  read(source: Source & AnyRead): Promise<unknown>;
  many(kind: 'parameter' | 'secret', names: readonly string[], options?: AnyRead): Promise<unknown[]>;
  /** Reads the remote sources, by key. */
  readAll(sources: Readonly<Record<string, string | Source>>): Promise<Record<string, unknown>>;
  prefetch(sources: readonly Source[]): Promise<Prefetched>;
  stats(): StoreStats;
  /** Returns the number of cached values. */
  size(): number;
  /** Removes all cached values. */
  clear(): void;
  close(): void;
}

export function createRemote(options: ConfigOptions, deps: RemoteDeps): Remote {
  const reader = new CachedReader(deps.limits, deps.host);
  const { storeOf, destroy } = createStores(options);

  const read = async (source: Source & AnyRead): Promise<unknown> => {
    const { kind, name } = toSourceKey(source);
    const { decrypt = true, transform, schema } = source as AnyRead;
    const label = kind === 'parameter' || kind === 'path' ? keyLabel(kind, decrypt) : kind;
    const store = storeOf(label);
    const subject = store.subject(name);
    const value = transformedEntry(await reader.read(store, `${label} ${name}`, name, source), transform, subject);
    return schema === undefined ? value : deps.check(schema, value, `the ${subject.kind} ${JSON.stringify(name)}`);
  };

  return {
    read,
    many: async (kind, names, given = {}) => {
      return all(assertArray('config', 'names', names), (name) => read({ ...given, [kind]: name } as unknown as Source));
    },
    readAll: (sources) => readAll(sources, read),
    prefetch: (sources) => prefetch(sources, read),
    stats: () => reader.stats(),
    size: () => reader.size,
    clear: () => reader.clear(),
    close: () => (reader.close(), destroy()),
  };
}

type ReadOne = (source: Source) => Promise<unknown>;

async function readAll(sources: Readonly<Record<string, string | Source>>, read: ReadOne): Promise<Record<string, unknown>> {
  const far = Object.entries(sources).flatMap(([key, source]) => (typeof source === 'string' ? [] : [key]));
  const values = await all(far, (key) => read(sources[key] as Source));
  return Object.fromEntries(far.map((key, index) => [key, values[index]]));
}

async function prefetch(sources: readonly Source[], read: ReadOne): Promise<Prefetched> {
  assertArray('config', 'sources', sources);
  for (const source of sources) toSourceKey(source);
  const outcomes = await Promise.allSettled(sources.map(read));
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return { read: outcomes.length - failed.length, failed };
}

/** Returns all values, or throws one error for all reads that failed. */
async function all<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<T[]> {
  const outcomes = await Promise.allSettled(names.map(read));
  const failures = new Map(outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [[names[index] ?? '', outcome.reason] as const] : [])));
  if (failures.size > 0) throw storeErrors().combineErrors(failures, names.length);
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<T>).value);
}

const keyLabel = (kind: Kind, decrypt: boolean): string => (decrypt ? kind : `encrypted-${kind}`);

function transformedEntry({ content, transformed: before }: Entry, transform: Transform | undefined, subject: Pick<Subject, 'kind' | 'name'>): unknown {
  const { value } = content;
  if (transform === undefined && typeof value === 'string') return value;
  const present = before.get(`${transform}`);
  if (present !== undefined) return present;
  const { transformed } = transforms();
  const result = typeof value === 'string' || value instanceof Uint8Array ? transformed(value, transform, subject) : transformedAll(value, transform, subject);
  before.set(`${transform}`, result);
  return result;
}

function transformedAll(values: Readonly<Record<string, string>>, transform: Transform | undefined, { name: path }: { readonly name: string }): unknown {
  const { transformed } = transforms();
  const below = path.replace(/\/$/, '');
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, value]) => [name, transformed(value, transform, { kind: 'parameter', name: `${below}/${name}` })]));
}

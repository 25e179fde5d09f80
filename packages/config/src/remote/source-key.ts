import { invalidParam } from '@suga/gateway/errors';
import type { AppConfigProfile, Source } from '../contract.js';

/** The kinds of sources. */
export type Kind = 'parameter' | 'path' | 'secret' | 'appConfig';
const KINDS: readonly Kind[] = ['parameter', 'path', 'secret', 'appConfig'];

/** Returns the kind and name of a source. @throws `InvalidParams` */
export function toSourceKey(source: Source): { readonly kind: Kind; readonly name: string } {
  const kind = KINDS.find((each) => typeof source === 'object' && source !== null && Object.hasOwn(source, each) && Reflect.get(source, each) !== undefined);
  if (!kind) throw invalidParam('config', 'source', source, 'an object with one of parameter, path, secret, appConfig');
  const value = (source as unknown as Record<Kind, unknown>)[kind];
  if (kind !== 'appConfig') return { kind, name: assertName(kind, value) };
  const { application, environment, profile } = (value ?? {}) as Partial<AppConfigProfile>;
  const parts = { application, environment, profile };
  for (const [part, name] of Object.entries(parts)) assertName(part, name);
  return { kind, name: nameOf(parts as AppConfigProfile) };
}

/** Returns the name. No store has longer names, or names with control characters or lone surrogates. @throws `InvalidParams` */
function assertName(param: string, name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= 2048 && !/[\p{Cc}\p{Cs}]/u.test(name)) return name;
  throw invalidParam('config', param, name, 'a name of 1 to 2048 characters, none of them a control character');
}

/** Returns the key of a profile: its three names, encoded so that no two profiles have the same key. */
const nameOf = ({ application, environment, profile }: AppConfigProfile): string =>
  [application, environment, profile].map((part) => encodeURIComponent(part)).join('/');

import type { Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { SettingReference } from './contract.js';
import { missingSetting } from './errors.js';

/** The operations of the config interface that are called. */
interface ConfigPeer {
  getRequired(key: string): string;
  getSecret(name: string): Promise<string>;
  getParameter(name: string): Promise<string>;
}

/** Whether a value refers to a setting that holds the key, instead of being the key. */
export function isReference(source: unknown): source is SettingReference {
  return typeof source === 'object' && source !== null && ['config', 'secret', 'parameter'].some((name) => typeof Reflect.get(source, name) === 'string');
}

/** Reads the value that a reference names. It is not cached here, because the config interface caches it and can refresh it. */
export async function resolveReference(reference: SettingReference, host: Host, setting: string): Promise<string> {
  if (!host.has('config'))
    throw missingSetting(`"${setting}"`, 'the interface "config", which reads what it refers to: createGateway({ config: config(), … }) with @suga/config');
  const config = host.peer<ConfigPeer>('config');
  const text = await readReference(reference, config);
  if (typeof text === 'string' && text !== '') return text;
  throw invalidParam('security', Object.values(reference).join(), text, 'a setting that holds a key');
}

/** Reads the source that has a value. Other members may exist and be undefined. */
function readReference(reference: Partial<Record<'config' | 'secret' | 'parameter', string>>, config: ConfigPeer): string | Promise<string> {
  if (reference.config !== undefined) return config.getRequired(reference.config);
  return reference.secret !== undefined ? config.getSecret(reference.secret) : config.getParameter(`${reference.parameter}`);
}

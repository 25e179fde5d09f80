import type { Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { SettingReference } from './contract.js';
import { missingSetting } from './errors.js';

/** What is asked of the config interface. */
interface ConfigPeer {
  getRequired(key: string): string;
  getSecret(name: string): Promise<string>;
  getParameter(name: string): Promise<string>;
}

/** Whether something says where to read a key, rather than being one. */
export function isReference(source: unknown): source is SettingReference {
  return typeof source === 'object' && source !== null && ['config', 'secret', 'parameter'].some((name) => typeof Reflect.get(source, name) === 'string');
}

/** What a reference in a setting stands for. The config interface keeps what it has fetched, and may be told of a new value: nothing is kept here. */
export async function resolveReference(reference: SettingReference, host: Host, setting: string): Promise<string> {
  if (!host.has('config'))
    throw missingSetting(`"${setting}"`, 'the interface "config", which reads what it refers to: createGateway({ config: config(), … }) with @suga/config');
  const config = host.peer<ConfigPeer>('config');
  const text = await readReference(reference, config);
  if (typeof text === 'string' && text !== '') return text;
  throw invalidParam('security', Object.values(reference).join(), text, 'a setting that holds a key');
}

/** The one that is given: others may be there, and undefined. */
function readReference(reference: Partial<Record<'config' | 'secret' | 'parameter', string>>, config: ConfigPeer): string | Promise<string> {
  if (reference.config !== undefined) return config.getRequired(reference.config);
  return reference.secret !== undefined ? config.getSecret(reference.secret) : config.getParameter(`${reference.parameter}`);
}

import { awsClient } from '@suga/gateway/aws';
import { invalidParam } from '@suga/gateway/errors';
import type { AppConfigClient, ConfigOptions, SecretsClient, SsmClient } from '../contract.js';
import type { RemoteStore } from '../stores/contract.js';

/** Loads the stores at the first read of one. Cached values are read without it. */
const stores = (): typeof import('../stores/index.js') => require('../stores/index.js');

/** Creates the stores by label, each at its first read. */
export function createStores({ clients = {}, region }: ConfigOptions): { storeOf(label: string): RemoteStore; destroy(): void } {
  const own: { destroy?: () => void }[] = [];
  const settings = region === undefined ? {} : { region };
  const made = <Client extends object>(given: Client | undefined, service: string, name: string): (() => Client) => {
    let client = given && guarded(given, service);
    return () => {
      if (client) return client;
      client = awsClient<Client>(service, name, { who: 'config', settings });
      own.push(client);
      return client;
    };
  };
  const ssm = made<SsmClient>(clients.ssm, 'client-ssm', 'SSM');
  const makers: Readonly<Record<string, () => RemoteStore>> = {
    parameter: () => stores().parameters(ssm, true),
    'encrypted-parameter': () => stores().parameters(ssm, false),
    path: () => stores().paths(ssm, true, (name) => `parameter ${name}`),
    'encrypted-path': () => stores().paths(ssm, false, (name) => `encrypted-parameter ${name}`),
    secret: () => stores().secrets(made<SecretsClient>(clients.secretsManager, 'client-secrets-manager', 'SecretsManager')),
    appConfig: () => stores().configurations(made<AppConfigClient>(clients.appConfig, 'client-appconfigdata', 'AppConfigData')),
  };
  const known = new Map<string, RemoteStore>();
  const storeOf = (label: string): RemoteStore => {
    const store = known.get(label) ?? (makers[label] as () => RemoteStore)();
    known.set(label, store);
    return store;
  };
  return { storeOf, destroy: () => own.forEach((client) => client.destroy?.()) };
}

type Call = (input: unknown, options: unknown) => Promise<unknown>;

/**
 * Wraps a client that the user passed. It may lack a method, or return something other than an object.
 * @throws `InvalidParams` for a method that it lacks; TypeError for a result that is not an object
 */
function guarded<Client extends object>(client: Client, service: string): Client {
  const get = (_: object, method: string): Call => {
    const call: unknown = client[method as keyof Client];
    if (typeof call !== 'function') throw invalidParam('config', 'clients', client, `a client of ${service} with the method ${method}`);
    return async (input, options) => {
      const output: unknown = await call.call(client, input, options);
      if (typeof output === 'object' && output !== null) return output;
      throw new TypeError(`${method} of the client for ${service} returned ${output === null ? 'null' : typeof output} instead of an object`);
    };
  };
  return new Proxy({} as Client, { get: get as ProxyHandler<Client>['get'] & object });
}

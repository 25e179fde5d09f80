import { awsClient } from '@suga/gateway/aws';
import type { AppConfigClient, ConfigOptions, SecretsClient, SsmClient } from './contract.js';
import type { Origin } from './flights.js';
import { aws } from './lazy.js';

/** Stores by label, each made when it is first read. */
export function origins({ clients = {}, region }: ConfigOptions): { originOf(label: string): Origin; destroy(): void } {
  const own: { destroy?: () => void }[] = [];
  const settings = region === undefined ? {} : { region };
  const made = <Client extends object>(given: Client | undefined, service: string, name: string): (() => Client) => {
    let client = given;
    return () => {
      if (client) return client;
      client = awsClient<Client>(service, name, { who: 'config', settings });
      own.push(client);
      return client;
    };
  };
  const ssm = made<SsmClient>(clients.ssm, 'client-ssm', 'SSM');
  const makers: Readonly<Record<string, () => Origin>> = {
    parameter: () => aws().parameters(ssm, true),
    'encrypted-parameter': () => aws().parameters(ssm, false),
    path: () => aws().paths(ssm, true, (name) => `parameter ${name}`),
    'encrypted-path': () => aws().paths(ssm, false, (name) => `encrypted-parameter ${name}`),
    secret: () => aws().secrets(made<SecretsClient>(clients.secretsManager, 'client-secrets-manager', 'SecretsManager')),
    appConfig: () => aws().configurations(made<AppConfigClient>(clients.appConfig, 'client-appconfigdata', 'AppConfigData')),
  };
  const known = new Map<string, Origin>();
  const originOf = (label: string): Origin => {
    const origin = known.get(label) ?? (makers[label] as () => Origin)();
    known.set(label, origin);
    return origin;
  };
  return { originOf, destroy: () => own.forEach((client) => client.destroy?.()) };
}

import type { AppConfigClient } from '../contract.js';
import type { Content, RemoteStore } from './contract.js';

/**
 * The store of AppConfig's configurations. Each token of a session is valid for one request and comes with the previous response. A response
 * without content means that nothing has changed. If a token is refused (it expires after 24 hours), a new session is started.
 */
export function configurations(client: () => AppConfigClient): RemoteStore {
  return {
    limit: 1,
    subject: (name) => ({
      ...{ kind: 'configuration', name, service: 'AppConfig', permission: 'appconfig:StartConfigurationSession and appconfig:GetLatestConfiguration' },
      resource: `arn:aws:appconfig:*:*:application/*/environment/*/configuration/*, with the ids of ${name}`,
    }),
    fetch: async ([name = ''], { signal, previous }) => {
      const before = previous(name);
      const token = before?.token ?? (await start(client(), name, signal));
      const content = await poll(client(), token, { before, signal }).catch(async (error) => {
        if (before === undefined || (error as Error | undefined)?.name !== 'BadRequestException') throw error;
        return poll(client(), await start(client(), name, signal), { before: undefined, signal });
      });
      return new Map([[name, content]]);
    },
  };
}

async function start(client: AppConfigClient, name: string, abortSignal: AbortSignal): Promise<string> {
  const [ApplicationIdentifier = '', EnvironmentIdentifier = '', ConfigurationProfileIdentifier = ''] = name.split('/').map(decodeURIComponent);
  const input = { ApplicationIdentifier, EnvironmentIdentifier, ConfigurationProfileIdentifier };
  const { InitialConfigurationToken = '' } = await client.startConfigurationSession(input, { abortSignal });
  return InitialConfigurationToken;
}

async function poll(
  client: AppConfigClient,
  ConfigurationToken: string,
  { before, signal }: { readonly before: Content | undefined; readonly signal: AbortSignal },
): Promise<Content> {
  const response = await client.getLatestConfiguration({ ConfigurationToken }, { abortSignal: signal });
  const { Configuration, NextPollConfigurationToken: token, NextPollIntervalInSeconds = 60 } = response;
  const value = Configuration?.length ? Configuration : (before?.value ?? '');
  return { value, token, ttl: NextPollIntervalInSeconds * 1000 };
}

import { type Access, denial, openAccess } from './access.ts';
import { Answer, type Call, Fault, type Service } from './server.ts';

/** A fake AppConfig with its controls for a test. Configurations are named `application/environment/profile`. */
export interface FakeAppConfig extends Access {
  readonly service: Service;
  /** Poll interval in seconds that the fake tells its clients. */
  interval: number;
  /** Deploys a version. */
  deploy(name: string, content: string | Uint8Array): void;
  /** Lets every issued token expire. */
  expire(): void;
}

interface Session {
  readonly name: string;
  /** The version that the client has. */
  readonly version: number;
}

interface Deployed {
  readonly content: string | Uint8Array;
  readonly version: number;
}

interface State {
  readonly deployed: Map<string, Deployed>;
  readonly tokens: Map<string, Session>;
}

/** `StartConfigurationSession` and `GetLatestConfiguration`: each token is valid once, and a version is sent to a client once. */
export function appConfig(initial: Readonly<Record<string, string | Uint8Array>> = {}): FakeAppConfig {
  const state: State = { deployed: new Map(), tokens: new Map() };
  const store: FakeAppConfig = {
    ...openAccess(),
    interval: 60,
    deploy: (name, content) => void state.deployed.set(name, { content, version: (state.deployed.get(name)?.version ?? 0) + 1 }),
    expire: () => state.tokens.clear(),
    service: {
      'POST /configurationsessions': async (call) => (await store.before(call.operation), start(state, store, call)),
      'GET /configuration': async (call) => (await store.before(call.operation), latest(state, store.interval, call)),
    },
  };
  for (const [name, content] of Object.entries(initial)) store.deploy(name, content);
  return store;
}

function start(state: State, access: Access, { input }: Call): Answer {
  const { ApplicationIdentifier, EnvironmentIdentifier, ConfigurationProfileIdentifier } = input;
  const name = [ApplicationIdentifier, EnvironmentIdentifier, ConfigurationProfileIdentifier].join('/');
  if (access.denied.has(name))
    throw denial('appconfig:StartConfigurationSession', 'arn:aws:appconfig:eu-west-1:123456789012:application/a1b2c3d/environment/e1f2');
  if (!state.deployed.has(name)) throw new Fault('ResourceNotFoundException', `Configuration ${name} was not found.`, 404);
  return new Answer(JSON.stringify({ InitialConfigurationToken: issue(state, { name, version: 0 }) }), {}, 201);
}

function latest(state: State, interval: number, { query }: Call): Answer {
  const token = query.get('configuration_token') ?? '';
  const session = state.tokens.get(token);
  if (!session) throw new Fault('BadRequestException', 'Token is invalid or has expired.', 400);
  state.tokens.delete(token);
  const { content, version } = state.deployed.get(session.name) as Deployed;
  const headers = {
    'next-poll-configuration-token': issue(state, { ...session, version }),
    'next-poll-interval-in-seconds': String(interval),
    'content-type': 'application/json',
  };
  return new Answer(version === session.version ? '' : content, headers);
}

function issue({ tokens }: State, session: Session): string {
  const token = crypto.randomUUID();
  tokens.set(token, session);
  return token;
}

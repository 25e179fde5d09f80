import { type Config, config } from '@suga/config';
import { conformance } from '@suga/testing';
import { it } from 'vitest';
import { z } from 'zod';

const ssm = {
  getParameters: async ({ Names }: { Names: string[] }) => ({ Parameters: Names.map((Name) => ({ Name, Value: '1' })) }),
  getParametersByPath: async () => ({ Parameters: [{ Name: '/app/a', Value: '1' }] }),
};
const secretsManager = {
  getSecretValue: async ({ SecretId }: { SecretId: string }) => ({ Name: SecretId, SecretString: '1' }),
  batchGetSecretValue: async ({ SecretIdList }: { SecretIdList: string[] }) => ({ SecretValues: SecretIdList.map((Name) => ({ Name, SecretString: '1' })) }),
};
const appConfig = {
  startConfigurationSession: async () => ({ InitialConfigurationToken: 't' }),
  getLatestConfiguration: async () => ({ Configuration: Uint8Array.of(49), NextPollConfigurationToken: 't' }),
};

const checks = conformance<Config>({
  name: 'config',
  definition: () => config({ environment: { A: '1', B: 'true' }, clients: { ssm, secretsManager, appConfig } }),
  calls: {
    get: ['A'],
    getRequired: ['A'],
    getNumber: ['A'],
    getBoolean: ['B'],
    getJson: ['A'],
    set: ['A', 'b'],
    getAll: [],
    getCategory: ['A'],
    reload: [],
    loadFile: [`${import.meta.dirname}/../package.json`],
    usePreset: ['minimum'],
    validate: [z.object({})],
    load: [z.object({})],
    getParameter: ['/a'],
    getParameters: [['/a', '/b']],
    getParametersByPath: ['/app'],
    getSecret: ['db'],
    getSecrets: [['db', 'key']],
    getAppConfig: [{ application: 'a', environment: 'e', profile: 'p' }],
    prefetch: [[{ secret: 'db' }]],
    stats: [],
  },
});
for (const { name, run } of checks) it(name, run);

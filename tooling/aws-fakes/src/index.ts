export type { Access } from './access.ts';
export { appConfig, type FakeAppConfig } from './app-config.ts';
export { kms } from './kms.ts';
export { type FakeParameterStore, parameterStore, type StoredParameter } from './parameter-store.ts';
export { type FakeSecretsManager, secretsManager } from './secrets-manager.ts';
export { Answer, type Call, type FakeAws, Fault, type Service, startAws } from './server.ts';

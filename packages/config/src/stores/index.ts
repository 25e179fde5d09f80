export { configurations } from './app-config.js';
export { parameters, paths } from './parameter-store.js';
export { secrets } from './secrets-manager.js';

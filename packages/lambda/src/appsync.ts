export { createAppsync } from './events/appsync.js';

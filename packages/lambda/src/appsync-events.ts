export { createAppsyncEvents } from './events/appsync-events.js';

export { runDocdb } from './events/docdb.js';

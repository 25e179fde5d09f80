export { runLogs } from './events/logs.js';

export { runFirehose } from './events/firehose.js';

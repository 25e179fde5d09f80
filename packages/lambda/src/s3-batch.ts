export { runS3Batch } from './events/s3-batch.js';

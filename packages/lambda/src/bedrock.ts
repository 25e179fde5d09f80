export { createBedrock } from './events/bedrock.js';

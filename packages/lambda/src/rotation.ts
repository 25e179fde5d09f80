export { createRotation } from './events/rotation.js';

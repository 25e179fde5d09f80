export { createCustomResource, refuse } from './events/custom-resource.js';

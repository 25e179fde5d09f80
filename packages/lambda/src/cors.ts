export { createCors, isPreflight } from './http/cors.js';

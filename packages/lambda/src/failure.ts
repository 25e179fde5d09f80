export { toFailure } from './http/failure.js';

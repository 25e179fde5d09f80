export { createHttpApp, type HttpApp, type Send } from './http/app.js';
export { toFailure } from './http/failure.js';
export { toResult } from './http/result.js';

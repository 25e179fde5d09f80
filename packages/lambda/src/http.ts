export { createHttpApp, type HttpApp, type Send } from './http/app.js';
export { toResult } from './http/result.js';

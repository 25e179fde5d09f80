export { createHttpApp } from './http/app.js';
export { single, toResult } from './http/result.js';

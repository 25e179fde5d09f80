export { createHttpApp } from './app.js';
export { single, toResult } from './response/result.js';

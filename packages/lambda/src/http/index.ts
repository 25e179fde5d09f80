export { createHttpApp } from './app.js';
export { single, toResult } from './result.js';

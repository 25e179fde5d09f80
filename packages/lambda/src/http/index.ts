export { createHttpApp } from './app.js';
export { formatResponse, singleValues } from './response/response-format.js';

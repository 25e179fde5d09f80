export { toWebRequest } from './http/web-request.js';

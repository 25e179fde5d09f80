export { fromProxyResult } from './http/proxy-result.js';

export { awsLambda, Outlet, sendJson, sendStreamed } from './http/streaming.js';

export { createHttpApp, type HttpApp, type Send } from './http/app.js';
export { toFailure } from './http/failure.js';
export { toResult } from './http/result.js';
export { awsLambda, Outlet, sendJson, sendStreamed } from './http/streaming.js';

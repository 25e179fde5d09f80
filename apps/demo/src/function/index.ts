import { failsafe } from '@suga/lambda/failsafe';

/** What Lambda calls. Should the app or the layer fail to load, health checks and clients still get an answer. */
export const handler = failsafe(() => (require('./app.ts') as typeof import('./app.ts')).handler);

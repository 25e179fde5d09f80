import { failsafe } from '@suga/lambda/failsafe';

/** The function's handler. If the app or the layer fails to load, health checks and clients still get a response. */
export const handler = failsafe(() => (require('./app.ts') as typeof import('./app.ts')).handler);

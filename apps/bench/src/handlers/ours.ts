import { gateway } from '@suga/gateway/auto';
import { createHandler } from '@suga/lambda';
import { listDevices } from './list-devices.ts';

/** Our handler with the layer attached: routing, cache, structured log. */
export const handler = createHandler(gateway, { http: { 'GET /devices': () => listDevices(gateway) } });

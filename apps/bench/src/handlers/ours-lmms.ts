import { control, gateway } from '@suga/gateway/auto';
import { createHandler } from '@suga/lambda';
import { lmms } from '@suga/lmms';
import { listDevices } from './list-devices.ts';

control(gateway).use(lmms());

/** Our handler with the layer attached, and lmms. */
export const handler = createHandler(gateway, { http: { 'GET /devices': () => listDevices(gateway) } });

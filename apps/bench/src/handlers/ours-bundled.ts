import { cache } from '@suga/cache';
import { createGateway } from '@suga/gateway';
import { createHandler } from '@suga/lambda';
import { logging } from '@suga/logging';
import { listDevices } from './list-devices.ts';

const gateway = createGateway({ cache: cache(), logging: logging() });

/** Our handler without the layer: the packages are bundled into the function. */
export const handler = createHandler(gateway, { http: { 'GET /devices': () => listDevices(gateway) } });

import type {} from '@suga/cache';
import { ftpms } from '@suga/ftpms';
import { control, gateway } from '@suga/gateway/auto';
import { createHandler } from '@suga/lambda';
import { lmms } from '@suga/lmms';
import type {} from '@suga/logging';
import type {} from '@suga/metrics';
import { ofb } from '@suga/ofb';
import { listDevices } from './list-devices.ts';

for (const middleware of [ofb(), ftpms(), lmms()]) control(gateway).use(middleware);

/** Our handler with the layer attached, a metric, and all middleware. */
export const handler = createHandler(gateway, {
  http: {
    'GET /devices': () => {
      gateway.metrics.increment('Listed');
      return listDevices(gateway);
    },
  },
});

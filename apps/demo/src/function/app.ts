import type {} from '@suga/cache';
import type {} from '@suga/config';
import { control, gateway } from '@suga/gateway/auto';
import { createHandler, HttpError, reply } from '@suga/lambda';
import type {} from '@suga/logging';
import { type Command, devices, type State } from './devices.ts';

control(gateway).register('devices', devices());
// `npm start` reads these log lines to show which event made the gateway load which interface.
control(gateway).use({ name: 'trace', loaded: (name, { loadMs }) => gateway.logging.info('Interface loaded', { interface: name, loadMs }) });

/** Returns all devices. The list is cached for a second, because a dashboard may request it often. */
const list = () => {
  const cached = gateway.cache.get<object>('devices');
  if (cached) return cached;
  const fresh = { home: gateway.config.get('HOME_NAME', 'home'), devices: gateway.devices.list() };
  gateway.cache.set('devices', fresh, { ttl: 1000 });
  return fresh;
};

/** Changes a device. Every change goes through this function, from any kind of event. */
const change = ({ device, state }: Command, by: string) => {
  const changed = gateway.devices.change(device, state);
  gateway.cache.delete('devices');
  gateway.logging.info('Device changed', { device, state, by });
  return changed;
};

export const handler = createHandler(gateway, {
  http: {
    'GET /health': () => ({ status: 'ok' }),
    'GET /devices': list,
    'GET /devices/{id}': ({ params }) => gateway.devices.get(params.id) ?? notFound(params.id),
    'PUT /devices/{id}': ({ params, json }) => {
      if (!gateway.devices.get(params.id)) return notFound(params.id);
      return change({ device: params.id, state: json<State>() }, 'http');
    },
    'GET /cache': () => gateway.cache.stats(),
    'DELETE /cache': () => reply(200, { removed: gateway.cache.clear() }),
  },
  events: {
    schedule: () =>
      gateway.devices
        .list()
        .filter(({ kind }) => kind === 'lamp')
        .map(({ id }) => change({ device: id, state: { on: true } }, 'schedule')).length,
    sqs: (message) => change(message.json<Command>(), 'queue'),
    eventbridge: ({ detail }) => change({ device: 'lamp-hall', state: { on: (detail as { motion: boolean }).motion } }, 'motion sensor'),
    sns: (message) => gateway.logging.warn('Alarm', { subject: message.subject, text: message.body }),
  },
});

function notFound(id: string): never {
  throw new HttpError(404, `There is no device "${id}".`);
}

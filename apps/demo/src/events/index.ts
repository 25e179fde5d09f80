import { functionUrl, httpApi, loadBalancer, restApi } from './http.ts';
import { direct, motion, notification, queue, schedule } from './other.ts';

/** An event of the demo with its expected outcome. */
export interface DemoEvent {
  readonly name: string;
  readonly event: object;
  /** The status of the response, the number of failed messages of a batch, a part of the error's message, or any other result. */
  readonly expected: { readonly status: number } | { readonly failures: number } | { readonly error: string } | { readonly result: 'any' };
}

const any = { result: 'any' } as const;

/** The events of an evening at home. */
export const evening: readonly DemoEvent[] = [
  { name: 'Function URL: GET /health', event: functionUrl('GET', '/health'), expected: { status: 200 } },
  { name: 'HTTP API: GET /devices', event: httpApi('GET', '/devices'), expected: { status: 200 } },
  { name: 'REST API: GET /devices/lamp-hall', event: restApi('GET', '/devices/lamp-hall'), expected: { status: 200 } },
  { name: 'Load balancer: GET /devices', event: loadBalancer('GET', '/devices'), expected: { status: 200 } },
  { name: 'HTTP API: PUT /devices/thermostat', event: httpApi('PUT', '/devices/thermostat', { celsius: 21.5 }), expected: { status: 200 } },
  { name: 'Function URL: PUT, base64 body', event: functionUrl('PUT', '/devices/front-door', { locked: false }), expected: { status: 200 } },
  { name: 'HTTP API: PUT, broken JSON', event: httpApi('PUT', '/devices/thermostat', '{"celsius":'), expected: { status: 400 } },
  { name: 'REST API: GET /devices/toaster', event: restApi('GET', '/devices/toaster'), expected: { status: 404 } },
  { name: 'HTTP API: POST /devices', event: httpApi('POST', '/devices', {}), expected: { status: 405 } },
  { name: 'Schedule: lights at dusk', event: schedule(), expected: any },
  { name: 'EventBridge: motion in the hall', event: motion(true), expected: any },
  {
    name: 'SQS: two commands, one bad',
    event: queue({ device: 'lamp-desk', state: { on: false } }, { device: 'toaster', state: { on: true } }),
    expected: { failures: 1 },
  },
  { name: 'SNS: alarm', event: notification('Smoke in the kitchen'), expected: any },
  { name: 'Direct: devices.get', event: direct('devices', 'get', { id: 'lamp-desk' }), expected: any },
  { name: 'Direct: devices.change, wrong type', event: direct('devices', 'change', { id: 'lamp-desk', state: 'on' }), expected: { error: 'devices.change' } },
  { name: 'Direct: cache.clear, not remote', event: direct('cache', 'clear'), expected: { error: 'Operation "cache.clear" cannot be called from an event' } },
  { name: 'Load balancer: GET /cache', event: loadBalancer('GET', '/cache'), expected: { status: 200 } },
  { name: 'An unknown kind of event', event: { hello: 'world' }, expected: { error: '' } },
];

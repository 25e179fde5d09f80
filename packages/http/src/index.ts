import type { Interface, Schema } from '@suga/gateway';
import type { Http, HttpOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    http: Http;
  }
}

const url: Schema = { type: 'string', minLength: 1 };
const object: Schema = { type: 'object' };
const sends = { required: ['url'], returns: 'promise', result: object, timeout: 30_000 } as const;
const bare = { ...sends, params: { url, options: object } };
const full = { ...sends, params: { url, body: {}, options: object } };

/** Defines the interface `http`: `createGateway({ http: http({ timeout: 5_000 }) })`. */
export const http = (options: HttpOptions = {}): Interface<Http> => ({
  operations: {
    request: { ...bare, summary: 'Sends a request of any method.' },
    get: { ...bare, idempotent: true, summary: 'Fetches a URL.' },
    head: { ...bare, idempotent: true, summary: 'Fetches the headers only.' },
    post: { ...full, summary: 'Sends a body with POST.' },
    put: { ...full, idempotent: true, summary: 'Sends a body with PUT.' },
    patch: { ...full, summary: 'Sends a body with PATCH.' },
    delete: { ...bare, idempotent: true, summary: 'Sends a DELETE.' },
    buildUrl: {
      params: { base: url, params: object },
      required: ['base'],
      result: { type: 'string' },
      idempotent: true,
      summary: 'Adds query parameters to a URL.',
    },
    buildHeaders: { params: { parts: object }, result: object, idempotent: true, summary: 'Creates headers from a token, a type and so on.' },
    stats: { params: {}, result: object, idempotent: true, remote: true, summary: 'Statistics of requests by origin.' },
    reset: { params: {}, idempotent: true, summary: 'Clears statistics and closes idle connections.' },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(options, host),
});

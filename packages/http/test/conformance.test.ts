import { createServer } from 'node:http';
import { http } from '@suga/http';
import { conformance } from '@suga/testing';
import { afterAll, describe, it } from 'vitest';

// The server closes each connection. Tests of kept connections are elsewhere.
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{}'));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;

describe('http', () => {
  const checks = conformance({
    name: 'http',
    definition: () => http({ allow: ['127.0.0.1'] }),
    calls: {
      request: [url, { method: 'OPTIONS' }],
      get: [url],
      head: [url],
      post: [url, { a: 1 }],
      put: [url, 'text'],
      patch: [url, { a: 1 }],
      delete: [url],
      buildUrl: ['https://example.com/', { q: 'x' }],
      buildHeaders: [{ token: 't' }],
      stats: [],
      reset: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});

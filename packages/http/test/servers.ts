import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Server, type Socket } from 'node:net';

import { createGateway } from '@suga/gateway';
import { type HttpOptions, http } from '@suga/http';
import { onTestFinished } from 'vitest';

async function listening<S extends Server>(server: S): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A well-behaved server. It keeps its connections for as long as the test lasts. */
export const web = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> =>
  listening(createServer({ keepAliveTimeout: 0 }, answer));

/** A server whose function gets the path of each request, however many chunks it arrives in, and may write any bytes. */
export const raw = (answer: (socket: Socket, path: string, nth: number) => void): Promise<string> => {
  let nth = 0;
  const server = createRawServer((socket) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
      for (let request = REQUEST.exec(text); request; request = REQUEST.exec(text)) {
        const length = request[0].length + Number(/^content-length: *(\d+)/im.exec(request[0])?.[1] ?? 0);
        if (text.length < length) return;
        text = text.slice(length);
        answer(socket, request[1] ?? '', ++nth);
      }
    });
  });
  return listening(server);
};
const REQUEST = /^\S+ (\S+).*?\r\n\r\n/s;

/** A server that never responds, and the number of its requests. */
export const silent = async (): Promise<{ url: string; count: () => number }> => {
  let count = 0;
  return { url: await raw(() => void count++), count: () => count };
};

/** An address without a server. The port is reserved for the system, so no test can use it. */
export const NOWHERE = 'http://127.0.0.1:2';

/** Options with limits that are long enough for the busiest machine. */
export const patient: HttpOptions = { timeout: 600_000, attemptTimeout: 600_000, keepAlive: 600_000 };

/** A client that may call this machine. */
export const local = (options: HttpOptions = {}) =>
  createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], retry: { baseDelay: 1 }, ...options }) }).http;

export const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};

export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** Creates an expectation of one of our errors. */
export const code = (name: string, details: object = {}) => ({ code: name, details });

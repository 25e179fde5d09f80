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

/** A well-behaved server. */
export const web = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => listening(createServer(answer));

/** A server that is told each request's first line and writes whatever it likes. */
export const raw = (answer: (socket: Socket, path: string, nth: number) => void): Promise<string> => {
  let nth = 0;
  return listening(createRawServer((socket) => void socket.on('data', (data) => answer(socket, String(data).split(' ')[1] ?? '', ++nth))));
};

/** A server whose requests never get an answer, and how many there were. */
export const silent = async (): Promise<{ url: string; count: () => number }> => {
  let count = 0;
  return { url: await raw(() => void count++), count: () => count };
};

/** An address at which nobody listens. */
export const nowhere = async (): Promise<string> => {
  const server = createRawServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
};

/** A client that may call this machine. */
export const local = (options: HttpOptions = {}) => createGateway({ http: http({ allow: ['127.0.0.1'], retry: { baseDelay: 1 }, ...options }) }).http;

export const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};

export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** An expectation of one of our errors. */
export const code = (name: string, details: object = {}) => ({ code: name, details });

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wrongUse } from './command.js';
import { print } from './terminal-output.js';

/** Serves one page on 127.0.0.1 until SIGINT or SIGTERM. Each request renders the page again. */
export async function servePage(port: string | undefined, page: () => Promise<string>): Promise<void> {
  const portNumber = port === undefined ? 0 : /^\d{1,5}$/.test(port) ? Number(port) : -1;
  if (portNumber < 0 || portNumber > 65_535) throw wrongUse('--port must be a number from 0 to 65535');
  const server = process.getBuiltinModule('node:http').createServer((request, response) => void respond(request, response, page));
  await listen(server, portNumber);
  const { port: actualPort } = server.address() as AddressInfo;
  print([`http://127.0.0.1:${actualPort}/ (Ctrl+C stops it)`]);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  server.closeAllConnections();
  server.close();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: Error) => reject(wrongUse(`port ${port} cannot be used: ${error.message}`)));
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function respond({ method, url, headers }: IncomingMessage, response: ServerResponse, page: () => Promise<string>): Promise<void> {
  const plain = { 'content-type': 'text/plain; charset=utf-8' };
  // A foreign web page may use a host name that resolves to 127.0.0.1 (DNS rebinding). It must not read the report.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')) response.writeHead(403, plain).end('Only for 127.0.0.1.\n');
  else if (method !== 'GET' || url !== '/') response.writeHead(404, plain).end('Not found. The page is at /.\n');
  else {
    try {
      const text = await page();
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(text);
    } catch (error) {
      response.writeHead(500, plain).end(`${(error as Error).message}\n`);
    }
  }
}

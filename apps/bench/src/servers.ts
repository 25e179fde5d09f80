import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/** A server on 127.0.0.1, in a process of its own. */
export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

const REDIS = '/usr/bin/redis-server';

/** Whether Redis is installed, so that its rows can be measured. */
export const hasRedis: boolean = existsSync(REDIS);

/** Starts Redis without storage on disk. */
export async function redisServer(): Promise<Server> {
  const port = await freePort();
  const { child } = await started(/Ready to accept connections/, REDIS, '--bind', '127.0.0.1', '--port', String(port), '--save', '');
  return { port, stop: () => stopped(child) };
}

/** Starts dynalite with the table that `scripts/dynamo.ts` uses. */
export const dynamoServer = (): Promise<Server> => own('dynalite.cjs');

/** Starts a proxy for a server, which adds `ms` to each round trip. */
export const delayed = ({ port }: Server, ms: number): Promise<Server> => own('proxy.ts', String(port), String(ms));

/** Starts one of our scripts, which prints its port. */
async function own(script: string, ...args: readonly string[]): Promise<Server> {
  const { child, said } = await started(/^\d+$/m, process.execPath, join(import.meta.dirname, 'scripts', script), ...args);
  return { port: Number(said), stop: () => stopped(child) };
}

/** Starts a program and waits until its output says that it is ready. */
async function started(ready: RegExp, program: string, ...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const [found] = ready.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject).once('exit', () => reject(new Error(`${[program, ...args].join(' ')} ended: ${text}`)));
  });
  return { child, said };
}

async function stopped(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit');
  child.kill('SIGKILL');
  await end;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

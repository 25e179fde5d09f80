import { parseArgs } from 'node:util';
import { layerFolder } from '@suga/layer';
import { type LocalFunction, serveFunctionUrl, startFunction } from '@suga/local-lambda';
import { bundleOnChange, functionFolder } from './bundle.ts';
import { runEvening } from './evening.ts';

const usage =
  'npm start                      sends an evening’s events and prints their outcomes\nnpm start -- --serve [--port]  serves the function at http://127.0.0.1:3000 until stopped';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { serve: { type: 'boolean' }, port: { type: 'string', default: '3000' }, help: { type: 'boolean' } } });
  if (values.help) return console.log(usage);
  const fn = await startFunction({
    name: 'home',
    taskRoot: functionFolder,
    handler: 'index.handler',
    layers: [layerFolder],
    memory: 256,
    // Lambda's defaults of 3 s and 10 s may be too short on this machine, because it may be busy.
    timeout: 60_000,
    initTimeout: 60_000,
    environment: { HOME_NAME: 'Lime Street 4' },
    ...(values.serve && { onLog: (line: string) => console.log(line) }),
  });
  // Node 22 does not support `await using`.
  try {
    await (values.serve ? serve(fn, Number(values.port)) : sendEvening(fn));
  } finally {
    await fn.close();
  }
}

async function sendEvening(fn: LocalFunction): Promise<void> {
  console.log(`A function of 256 MB with the layer attached, under AWS’s own runtime client on Node ${process.versions.node}.`);
  if (!(await runEvening(fn))) process.exitCode = 1;
}

async function serve(fn: LocalFunction, port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('--port must be an integer from 0 to 65535.');
  const served = await serveFunctionUrl(fn, { port });
  let first = true;
  const watching = await bundleOnChange(() => {
    if (!first) console.log('Changed: the next request starts a new environment.');
    if (!first) void fn.restart();
    first = false;
  });
  console.log(`Serving at ${served.url} until stopped (Ctrl-C). Try:\n  curl ${served.url.replace(/\/$/, '')}/devices`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await watching.dispose();
  await served.close();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

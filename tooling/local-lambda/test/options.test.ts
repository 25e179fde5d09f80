import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FunctionOptions, LocalLambdaError, startFunction } from '../src/index.ts';
import { fixture, folder } from './workbench.ts';

const good: FunctionOptions = { taskRoot: fixture('function'), handler: 'index.echo' };

const wrong: [string, Partial<Record<keyof FunctionOptions, unknown>>, RegExp][] = [
  ['no task root', { taskRoot: undefined }, /^taskRoot: is missing; give the path of a folder\.$/],
  ['an absent task root', { taskRoot: '/nowhere/at/all' }, /^taskRoot: there is no folder \/nowhere/],
  ['a file as task root', { taskRoot: join(fixture('function'), 'index.js') }, /is a file; give an \(unzipped\) folder/],
  ['a handler without an export', { handler: 'index' }, /^handler: "index" does not name a file and an export; write it like "index\.handler"/],
  ['no handler', { handler: undefined }, /^handler: /],
  ['a climbing handler', { handler: '../index.handler' }, /^handler: /],
  ['an absent layer', { layers: ['/nowhere'] }, /^layers\[0\]: there is no folder/],
  ['a layer without nodejs', { layers: [fixture('function')] }, /^layers\[0\] \(its nodejs folder, where Lambda looks for packages\): there is no folder/],
  ['too little memory', { memory: 64 }, /^memory: 64 is not an integer from 128 to 10240\.$/],
  ['too long a timeout', { timeout: 900_001 }, /^timeout: 900001 is not an integer from 1 to 900000/],
  ['half an invocation', { concurrency: 1.5 }, /^concurrency: /],
  ['workers without concurrency', { workers: 2 }, /^workers: above 1 needs `concurrency` above 1/],
  ['a reserved variable', { environment: { AWS_LAMBDA_FUNCTION_NAME: 'other' } }, /^environment: AWS_LAMBDA_FUNCTION_NAME is reserved/],
  ['a variable that is no string', { environment: { COUNT: 1 } }, /^environment: COUNT is not a string/],
  ['an unknown cpu', { cpu: 'half' }, /^cpu: "half" is unknown; choose "unlimited" or "as-memory"/],
  ['a name with a space', { name: 'my function' }, /^name: "my function" is not a function name/],
  ['a Node that is not there', { node: '/nowhere/node' }, /^node: cannot run \/nowhere\/node/],
];

test.for(wrong)('refuses %s', async ([, options, message]) => {
  const error = await startFunction({ ...good, ...options } as FunctionOptions).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LocalLambdaError);
  expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringMatching(message) });
});

test('refuses a Node that is too old', async () => {
  const { chmod } = await import('node:fs/promises');
  const root = await folder({ node: '#!/bin/sh\necho v20.20.2\n' });
  await chmod(join(root, 'node'), 0o755);
  await expect(startFunction({ ...good, node: join(root, 'node') })).rejects.toMatchObject({
    message: expect.stringMatching(/is Node 20\.20\.2; .* needs 22\.15 or later/),
  });
});

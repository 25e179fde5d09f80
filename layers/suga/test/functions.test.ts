import { createGuardian } from '@suga/ftpms/guardian';
import { createOperator } from '@suga/ftpms/operator';
import { renderPage } from '@suga/ftpms/page';
import { type Control, control, createGateway, wrappers } from '@suga/gateway';
import { classify, createHandler, createStreamingHandler, HttpError, reply } from '@suga/lambda';
import { failsafe } from '@suga/lambda/failsafe';
import { mergeUsage, recommend, toProfile } from '@suga/lmms/advice';
import { createLoader } from '@suga/ofb/loader';
import { utility } from '@suga/utility';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Sweep, unreachableAws, VALUES } from './any-value.js';

type Fn = (...args: never[]) => unknown;
/** A function with valid arguments. */
type Row = readonly [name: string, fn: Fn, args: readonly unknown[]];

const gateway = createGateway({ it: utility() });
const definition = { operations: { run: { params: {} } }, load: () => ({ operations: { run: () => 1 } }) };
const usage = { version: 1, environments: 1, requests: {}, loads: {} };
const loader = () => createLoader(async (keys: readonly unknown[]) => keys);

const callControl = (name: keyof Control, args: readonly unknown[]): unknown => {
  const controls = control(createGateway({ it: utility() }));
  return (controls[name] as (...args: readonly unknown[]) => unknown).apply(controls, args as never);
};

const ROWS: readonly Row[] = [
  ['createGateway', createGateway, [{ it: definition }, { middleware: [] }]],
  ['control', control, [gateway]],
  ['wrappers', wrappers, [gateway, 'it']],
  ...(
    [
      ['register', ['x', definition, { replace: false }]],
      ['execute', ['it', 'generateId', {}, {}]],
      ['override', ['it', 'generateId', () => () => 1]],
      ['use', [{ name: 'idle' }]],
      ['rebind', ['it', 'generateId']],
      ['load', ['it']],
      ['unload', ['it']],
      ['heldState', ['it']],
      ['operations', ['it']],
      ['run', [{ id: '1' }, () => 1]],
      ['hasEnded', [{ id: '1' }]],
      ['runScope', [() => 1]],
      ['runIn', [{ id: '1' }, () => 1]],
      ['routed', ['GET /x']],
    ] as const
  ).map(([name, args]): Row => [`control().${name}`, (...given) => callControl(name, given), args]),
  ['classify', classify, [{ Records: [] }]],
  ['createHandler', createHandler as Fn, [gateway, { http: { 'GET /': () => 1 } }]],
  ['createStreamingHandler', createStreamingHandler as Fn, [gateway, { http: { 'GET /': () => 1 } }]],
  ['reply', reply, [200, 'x', {}]],
  ['HttpError', ((...args: [number, string]) => new HttpError(...args)) as Fn, [404, 'x', {}]],
  ['failsafe', failsafe as Fn, [() => () => 1, {}]],
  ['mergeUsage', mergeUsage, [usage, usage]],
  ['toProfile', toProfile, [usage, 512]],
  ['recommend', recommend, [usage, 512]],
  ['createLoader', createLoader as Fn, [async () => [], {}]],
  ['load', (key: unknown) => loader().load(key), [1]],
  ['loadMany', (keys: never) => loader().loadMany(keys), [[1]]],
  ['prime', (key: never, value: never) => loader().prime(key, value), [1, 2]],
  ['createGuardian', (options: never) => createGuardian(options)({}), [{}]],
  ['guardian', (event: never) => createGuardian({ table: 'x' })(event), [{ ftpms: 'stop' }]],
  ['createOperator', createOperator, [{ table: 'x' }]],
  ['setup', (options: never) => createOperator({ table: 'x' }).setup(options), [{}]],
  ['drill', (name: never) => createOperator({ table: 'x' }).drill(name), ['x']],
  ['renderPage', renderPage, [{ version: 1 }, {}]],
];

const partsOf = (value: unknown): readonly string[] => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []);

beforeEach(unreachableAws);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it.each(ROWS)('%s explains a wrong argument in an error of its own', { timeout: 60_000 }, async (name, fn, args) => {
  const sweep = new Sweep();
  const call = (given: readonly unknown[]) => (fn as (...given: readonly unknown[]) => unknown)(...given);
  for (const at of args.keys()) {
    for (const [shown, value] of Object.entries(VALUES)) {
      await sweep.try(`${name}: ${shown} in place ${at}`, () => call(args.with(at, value)));
      for (const part of partsOf(args[at])) {
        await sweep.try(`${name}: { ${part}: ${shown} } in place ${at}`, () => call(args.with(at, { ...(args[at] as object), [part]: value })));
      }
    }
  }
  expect(sweep.found).toEqual([]);
});

import { type Check, isFunction } from '../check.js';
import { isBag } from '../json/json-object.js';
import type { RouteTable } from './contract/routes.js';
import type { Runner } from './contract/runner.js';
import type { EventHandlers } from './handlers.js';

/** Loaded with one of these kinds; at the first event without a handler of its own. */
export const moreKinds = (): typeof import('./more-kinds.js') => require('./more-kinds.js');
/** Loaded with a window's handler, or at the first window. */
export const tumblingWindow = (): typeof import('./window.js') => require('./window.js');
/** Loaded with its handler, or at the first event of CloudFormation. */
export const customResource = (): typeof import('./custom-resource.js') => require('./custom-resource.js');

// Each loaded with the handler for its kind.
const appsync = (): typeof import('./appsync.js') => require('./appsync.js');
const appsyncEvents = (): typeof import('./appsync-events.js') => require('./appsync-events.js');
const bedrock = (): typeof import('./bedrock.js') => require('./bedrock.js');
const docdb = (): typeof import('./docdb.js') => require('./docdb.js');
const firehose = (): typeof import('./firehose.js') => require('./firehose.js');
const kafka = (): typeof import('./kafka.js') => require('./kafka.js');
const logs = (): typeof import('./logs.js') => require('./logs.js');
const mq = (): typeof import('./mq.js') => require('./mq.js');
const rotation = (): typeof import('./rotation.js') => require('./rotation.js');
const s3Batch = (): typeof import('./s3-batch.js') => require('./s3-batch.js');

/** Settings that some kinds need beside their handler. */
interface Settings {
  prepare(): PromiseLike<void> | undefined;
  readonly reportKafkaFailures: boolean | undefined;
}

/** Kinds whose handlers are a table by name. */
const tables = {
  appsync: (routes: RouteTable): Runner => appsync().createAppsync(routes),
  appsyncEvents: (routes: RouteTable): Runner => appsyncEvents().createAppsyncEvents(routes),
  bedrock: (routes: RouteTable): Runner => bedrock().createBedrock(routes),
  customResource: (routes: RouteTable, { prepare }: Settings): Runner => customResource().createCustomResource(routes, prepare),
  rotation: (routes: RouteTable): Runner => rotation().createRotation(routes),
} as const satisfies Partial<Readonly<Record<keyof EventHandlers, unknown>>>;

/** Kinds with one handler. */
const functions = {
  docdb: (): Runner => docdb().runDocdb,
  firehose: (): Runner => firehose().runFirehose,
  kafka: (_handler: unknown, { reportKafkaFailures }: Settings): Runner => (reportKafkaFailures ? kafka().runKafkaReporting : kafka().runKafka),
  logs: (): Runner => logs().runLogs,
  mq: (): Runner => mq().runMq,
  rabbitmq: (): Runner => mq().runRabbitmq,
  s3Batch: (): Runner => s3Batch().runS3Batch,
} as const satisfies Partial<Readonly<Record<keyof EventHandlers, unknown>>>;

/** The same check for several options. */
export const checksFor = (options: object, check: Check): Record<string, Check> => Object.fromEntries(Object.keys(options).map((option) => [option, check]));

/** Checks of these options. */
export const lazyChecks: Readonly<Record<string, Check>> = {
  ...checksFor(tables, [isBag, 'handlers by name']),
  ...checksFor(functions, [isFunction, 'a function']),
};

/** Loads what the given handlers need, in INIT. */
export function loadKinds(handlers: EventHandlers, settings: Settings): Readonly<Record<string, Runner>> {
  const runners: Record<string, Runner> = {};
  for (const [option, load] of Object.entries({ ...tables, ...functions })) {
    const given = handlers[option as keyof typeof tables] as RouteTable | undefined;
    if (given) runners[option] = load(given, settings);
  }
  // The events of these two are among the frequent ones.
  const rare = Object.keys(runners).filter((option) => option !== 'kafka' && option !== 'logs');
  if (rare.length > 0 || handlers.other) moreKinds();
  if (handlers.kinesisWindow || handlers.dynamodbWindow) tumblingWindow();
  return runners;
}

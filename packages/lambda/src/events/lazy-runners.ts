import { isJsonObject } from '../json/json-object.js';
import { isFunction, type OptionCheck } from '../option-checks.js';
import type { EventHandlers } from './contract/event-handlers.js';
import type { RouteTable } from './contract/routes.js';
import type { Runner } from './contract/runner.js';

/** Loaded if there is a handler for a rare kind, or at the first event of a kind without a handler of its own. */
export const rareKinds = (): typeof import('../kinds/rare-kinds.js') => require('../kinds/rare-kinds.js');
/** Loaded if there is a handler for windows, or at the first window. */
export const tumblingWindow = (): typeof import('./records/window.js') => require('./records/window.js');
/** Loaded if there is a handler for it, or at the first event of CloudFormation. */
export const customResource = (): typeof import('./routed/custom-resource.js') => require('./routed/custom-resource.js');

// Each of these files is loaded if there is a handler for its kind.
const appsync = (): typeof import('./routed/appsync.js') => require('./routed/appsync.js');
const appsyncEvents = (): typeof import('./routed/appsync-events.js') => require('./routed/appsync-events.js');
const bedrock = (): typeof import('./routed/bedrock.js') => require('./routed/bedrock.js');
const docdb = (): typeof import('./records/docdb.js') => require('./records/docdb.js');
const firehose = (): typeof import('./records/firehose.js') => require('./records/firehose.js');
const kafka = (): typeof import('./records/kafka.js') => require('./records/kafka.js');
const logs = (): typeof import('./records/logs.js') => require('./records/logs.js');
const mq = (): typeof import('./records/mq.js') => require('./records/mq.js');
const rotation = (): typeof import('./routed/rotation.js') => require('./routed/rotation.js');
const s3Batch = (): typeof import('./records/s3-batch.js') => require('./records/s3-batch.js');

/** Settings that some kinds need in addition to their handler. */
interface Settings {
  prepare(): PromiseLike<void> | undefined;
  readonly reportKafkaFailures: boolean | undefined;
}

/** Kinds with a table of handlers by name. */
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

/** Creates the same check for several options. */
export const checksFor = (options: object, check: OptionCheck): Record<string, OptionCheck> =>
  Object.fromEntries(Object.keys(options).map((option) => [option, check]));

/** Checks of the options for these kinds. */
export const lazyChecks: Readonly<Record<string, OptionCheck>> = {
  ...checksFor(tables, [isJsonObject, 'handlers by name']),
  ...checksFor(functions, [isFunction, 'a function']),
};

/** Loads the code for the handlers that exist. This happens in INIT. */
export function loadRunners(handlers: EventHandlers, settings: Settings): Readonly<Record<string, Runner>> {
  const runners: Record<string, Runner> = {};
  for (const [option, load] of Object.entries({ ...tables, ...functions })) {
    const handler = handlers[option as keyof typeof tables] as RouteTable | undefined;
    if (handler) runners[option] = load(handler, settings);
  }
  // The events of these two kinds are recognised among the frequent ones.
  const rare = Object.keys(runners).filter((option) => option !== 'kafka' && option !== 'logs');
  if (rare.length > 0 || handlers.other) rareKinds();
  if (handlers.kinesisWindow || handlers.dynamodbWindow) tumblingWindow();
  return runners;
}

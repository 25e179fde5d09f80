import { type Check, isFunction } from '../check.js';
import { isBag } from '../kinds.js';
import * as lazy from '../lazy.js';
import type { EventHandlers } from './handlers.js';
import type { RouteTable } from './routes.js';
import type { Runner } from './runner.js';

/** Settings that some kinds need beside their handler. */
interface Settings {
  prepare(): PromiseLike<void> | undefined;
  readonly reportKafkaFailures: boolean | undefined;
}

// Kinds in files of their own. A file is loaded when a handler has been given for its kind.

/** Kinds whose handlers are a table by name. */
const tables = {
  appsync: (routes: RouteTable): Runner => lazy.appsync().createAppsync(routes),
  appsyncEvents: (routes: RouteTable): Runner => lazy.appsyncEvents().createAppsyncEvents(routes),
  bedrock: (routes: RouteTable): Runner => lazy.bedrock().createBedrock(routes),
  customResource: (routes: RouteTable, { prepare }: Settings): Runner => lazy.customResource().createCustomResource(routes, prepare),
  rotation: (routes: RouteTable): Runner => lazy.rotation().createRotation(routes),
} as const satisfies Partial<Readonly<Record<keyof EventHandlers, unknown>>>;

/** Kinds with one handler. */
const functions = {
  docdb: (): Runner => lazy.docdb().runDocdb,
  firehose: (): Runner => lazy.firehose().runFirehose,
  kafka: (_handler: unknown, { reportKafkaFailures }: Settings): Runner => (reportKafkaFailures ? lazy.kafka().runKafkaReporting : lazy.kafka().runKafka),
  logs: (): Runner => lazy.logs().runLogs,
  mq: (): Runner => lazy.mq().runMq,
  rabbitmq: (): Runner => lazy.mq().runRabbitmq,
  s3Batch: (): Runner => lazy.s3Batch().runS3Batch,
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
  if (rare.length > 0 || handlers.other) lazy.moreKinds();
  if (handlers.kinesisWindow || handlers.dynamodbWindow) lazy.window();
  return runners;
}

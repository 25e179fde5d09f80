import { explainDenied } from './access-denied.js';
import type { ArnOf, Caller } from './caller.js';
import { type Clients, lazyClients } from './clients.js';
import type { Account, Described, Point, SumsQuery } from './contract.js';
import { freeTier } from './free-tier.js';
import { rules } from './rules.js';
import { tags } from './tags.js';

/** A function and its environment variables. */
export interface Deployed extends Described {
  readonly arn: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The account, and the list of functions that only an operator reads. */
export interface AwsAccount extends Account {
  deployed(): Promise<readonly Deployed[]>;
}

/** Options of the account. `role` decides which policy an error about a missing permission names. */
export interface AwsAccountOptions {
  readonly topic: string | undefined;
  readonly role: 'guardian' | 'operator';
  /** A scope's metrics have its name as a dimension, except for `account`: most accounts have only this scope, and its alarms then need no name. */
  readonly scope: string;
}

/** Returns the dimension of a scope's metrics. */
export const dimensionsOf = (scope: string): { readonly Name: string; readonly Value: string }[] =>
  scope === 'account' ? [] : [{ Name: 'Scope', Value: scope }];

export const NAMESPACE = 'FTPMS';
/** Pauses before the next attempts after throttling or a conflicting change, in ms. */
const PAUSES = [200, 500, 1000, 2000];

/** Creates the account in the region of the environment. */
export function awsAccount({ topic, role, scope }: AwsAccountOptions): AwsAccount {
  const clients = lazyClients();
  const call: Caller = (action, work) => again(() => work(clients)).catch((error) => Promise.reject(explainDenied(error, action, role)));
  const { deployed, arnOf } = directory(call);
  return {
    deployed,
    functions: async () => (await deployed()).map(({ name, memoryMb, timeoutMs }) => ({ name, memoryMb, timeoutMs })),
    concurrency: async (FunctionName) =>
      (await call('lambda:GetFunctionConcurrency', ({ lambda }) => lambda.getFunctionConcurrency({ FunctionName }))).ReservedConcurrentExecutions,
    setConcurrency: async (FunctionName, concurrency) => {
      if (concurrency === undefined) await call('lambda:DeleteFunctionConcurrency', ({ lambda }) => lambda.deleteFunctionConcurrency({ FunctionName }));
      else
        await call('lambda:PutFunctionConcurrency', ({ lambda }) => lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: concurrency }));
    },
    mappings: (name) => mappingsOf(call, name),
    setMapping: async (UUID, Enabled) =>
      void (await call('lambda:UpdateEventSourceMapping', ({ lambda }) => lambda.updateEventSourceMapping({ UUID, Enabled }))),
    ...tags(call, arnOf),
    ...rules(call, arnOf),
    sums: async (query) => pointsOf(await call('cloudwatch:GetMetricStatistics', ({ cloudWatch }) => cloudWatch.getMetricStatistics(statistics(query)))),
    publish: async (gauges, untilMs) => {
      const MetricData = metricData(gauges, untilMs, dimensionsOf(scope));
      await call('cloudwatch:PutMetricData', ({ cloudWatch }) => cloudWatch.putMetricData({ Namespace: NAMESPACE, MetricData }));
    },
    notify: async (Subject, Message) => {
      if (topic !== undefined) await call('sns:Publish', ({ sns }) => sns.publish({ TopicArn: topic, Subject, Message }));
    },
    freeTier,
  };
}

export const HEARTBEAT = 'Heartbeat';
/** Interval of the heartbeats, in ms: one for each period of the alarm. */
const AHEAD_MS = 300_000;
/** CloudWatch accepts values of up to two hours ahead. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_AHEAD_MS = 2 * 3_600_000 - 60_000;

const metricData = (gauges: Readonly<Record<string, number>>, untilMs: number, Dimensions: ReturnType<typeof dimensionsOf>): readonly object[] => [
  ...Object.entries(gauges).map(([MetricName, Value]) => ({ MetricName, Value, Dimensions })),
  ...ahead(untilMs).map((Timestamp) => ({ MetricName: HEARTBEAT, Value: 1, Dimensions, Timestamp })),
];

/** Times of the heartbeats until the next run, if it is more than one period away. */
function ahead(untilMs: number): readonly Date[] {
  const count = Math.floor(Math.min(untilMs, MAX_AHEAD_MS) / AHEAD_MS);
  return Array.from({ length: Math.max(0, count - 1) }, (_, index) => new Date(Date.now() + (index + 1) * AHEAD_MS));
}

/** The functions of the region. Every run lists them before it needs an ARN, so that the ARN is known by then. */
function directory(call: Caller): { readonly deployed: AwsAccount['deployed']; readonly arnOf: ArnOf } {
  const arns = new Map<string, string>();
  const deployed = async (): Promise<readonly Deployed[]> => {
    const all = await listed(call);
    for (const { name, arn } of all) arns.set(name, arn);
    return all;
  };
  const arnOf: ArnOf = async (name) => {
    if (!arns.has(name)) await deployed();
    return arns.get(name);
  };
  return { deployed, arnOf };
}

const listed = (call: Caller): Promise<Deployed[]> =>
  pages(async (Marker) => described(await call('lambda:ListFunctions', ({ lambda }) => lambda.listFunctions({ Marker }))));

/** Reads all mappings of the region, because a list by a function's bare name does not contain those of its aliases. */
async function mappingsOf(call: Caller, name: string): Promise<{ readonly id: string; readonly enabled: boolean }[]> {
  const all = await pages(async (Marker) => mapped(await call('lambda:ListEventSourceMappings', ({ lambda }) => lambda.listEventSourceMappings({ Marker }))));
  return all.flatMap(({ of, ...each }) => (of === name ? each : []));
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

async function pages<T>(read: (marker: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  do {
    const { items, next } = await read(marker);
    all.push(...items);
    marker = next;
  } while (marker);
  return all;
}

const described = ({ Functions = [], NextMarker }: Awaited<ReturnType<Clients['lambda']['listFunctions']>>): Page<Deployed> => ({
  items: Functions.map(({ FunctionName = '', FunctionArn = '', MemorySize = 128, Timeout = 3, Environment }) => ({
    name: FunctionName,
    arn: FunctionArn,
    memoryMb: MemorySize,
    timeoutMs: Timeout * 1000,
    environment: Environment?.Variables ?? {},
  })),
  next: NextMarker,
});

const mapped = ({
  EventSourceMappings = [],
  NextMarker,
}: Awaited<ReturnType<Clients['lambda']['listEventSourceMappings']>>): Page<{ id: string; of: string; enabled: boolean }> => ({
  items: EventSourceMappings.map(({ UUID = '', State = '', FunctionArn = '' }) => ({
    id: UUID,
    of: functionIn(FunctionArn),
    enabled: /^(?:Enabled|Enabling|Creating|Updating)$/.test(State),
  })),
  next: NextMarker,
});

/** Returns the name in an ARN, with any alias or version. */
const functionIn = (arn: string): string => /:function:([\w-]+)/.exec(arn)?.[1] ?? '';

function statistics({ metric, function: name, from, to, periodMs }: SumsQuery): object {
  return {
    Namespace: 'AWS/Lambda',
    MetricName: metric,
    Dimensions: name === undefined ? [] : [{ Name: 'FunctionName', Value: name }],
    StartTime: new Date(from),
    EndTime: new Date(to),
    Period: periodMs / 1000,
    Statistics: ['Sum', 'SampleCount'],
  };
}

const pointsOf = ({ Datapoints = [] }: Awaited<ReturnType<Clients['cloudWatch']['getMetricStatistics']>>): Point[] =>
  Datapoints.map(({ Timestamp, Sum = 0, SampleCount = 0 }) => ({ at: Timestamp?.getTime() ?? 0, value: Sum, count: SampleCount })).sort((a, b) => a.at - b.at);

const TRANSIENT = ['TooManyRequestsException', 'ResourceConflictException', 'ResourceInUseException', 'ThrottlingException', 'Throttling'];

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (!TRANSIENT.includes((error as Error).name)) throw error;
      await process.getBuiltinModule('node:timers/promises').setTimeout(pause);
    }
  }
  return work();
}

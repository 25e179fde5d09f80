import { awsClient } from '@suga/gateway/aws';

/** The methods that are used of the SDK's clients. Tests pass their own. */
export interface Clients {
  readonly cloudWatch: {
    getMetricStatistics(input: object): Promise<{ readonly Datapoints?: readonly { Timestamp?: Date; Sum?: number; SampleCount?: number }[] }>;
    putMetricData(input: object): Promise<unknown>;
  };
  readonly lambda: {
    listFunctions(input: object): Promise<{ readonly Functions?: readonly Config[]; readonly NextMarker?: string }>;
    getFunctionConcurrency(input: object): Promise<{ readonly ReservedConcurrentExecutions?: number }>;
    putFunctionConcurrency(input: object): Promise<unknown>;
    deleteFunctionConcurrency(input: object): Promise<unknown>;
    listEventSourceMappings(
      input: object,
    ): Promise<{ readonly EventSourceMappings?: readonly { UUID?: string; State?: string; FunctionArn?: string }[]; readonly NextMarker?: string }>;
    updateEventSourceMapping(input: object): Promise<unknown>;
    tagResource(input: object): Promise<unknown>;
    untagResource(input: object): Promise<unknown>;
    listTags(input: object): Promise<{ readonly Tags?: Readonly<Record<string, string>> }>;
  };
  readonly sns: { publish(input: object): Promise<unknown> };
  readonly events: {
    listRuleNamesByTarget(input: object): Promise<{ readonly RuleNames?: readonly string[]; readonly NextToken?: string }>;
    describeRule(input: object): Promise<RuleDescription>;
    putRule(input: object): Promise<unknown>;
  };
}

/** A rule as `DescribeRule` returns it, and `PutRule` accepts it. */
export interface RuleDescription {
  readonly Name?: string;
  readonly ScheduleExpression?: string;
  readonly EventPattern?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly RoleArn?: string;
  readonly EventBusName?: string;
}

/** A function as `ListFunctions` returns it. */
interface Config {
  readonly FunctionName?: string;
  readonly FunctionArn?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

const WHO = 'ftpms';

/** Clients of the SDK, each created when it is first needed. */
export function lazyClients(): Clients {
  const made: { -readonly [Name in keyof Clients]?: Clients[Name] } = {};
  return {
    get cloudWatch() {
      return (made.cloudWatch ??= awsClient('client-cloudwatch', 'CloudWatch', { who: WHO }));
    },
    get lambda() {
      return (made.lambda ??= awsClient('client-lambda', 'Lambda', { who: WHO }));
    },
    get sns() {
      return (made.sns ??= awsClient('client-sns', 'SNS', { who: WHO }));
    },
    get events() {
      return (made.events ??= awsClient('client-eventbridge', 'EventBridge', { who: WHO }));
    },
  };
}

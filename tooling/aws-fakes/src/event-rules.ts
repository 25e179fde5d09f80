import { type Counted, counted, invalid } from './access.ts';
import { type Call, Fault } from './server.ts';

/** A rule with a schedule, on the default bus. */
export interface FakeRule {
  /** ARNs of its targets. */
  readonly targets: readonly string[];
  ScheduleExpression?: string;
  EventPattern?: string;
  State?: string;
  Description?: string;
  RoleArn?: string;
}

/** Fake EventBridge rules with their controls for a test. */
export interface FakeEventRules extends Counted {
  readonly rules: Map<string, FakeRule>;
}

const TARGET = 'AWSEvents.';
const SCHEDULE = /^(?:rate\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\d+) (?:minutes|hours|days))\)|cron\(\S+(?: \S+){5}\))$/;

/** EventBridge rules. As in the real service, `PutRule` removes every field that it does not get. */
export function eventRules(initial: Readonly<Record<string, FakeRule>> = {}): FakeEventRules {
  const rules = new Map(Object.entries(initial).map(([name, rule]) => [name, { State: 'ENABLED', ...rule }]));
  return counted(
    {
      [`${TARGET}ListRuleNamesByTarget`]: ['events:ListRuleNamesByTarget', ({ input }) => list(rules, String(input['TargetArn']))],
      [`${TARGET}DescribeRule`]: ['events:DescribeRule', (call) => describe(rules, call)],
      [`${TARGET}PutRule`]: ['events:PutRule', (call) => put(rules, call)],
    },
    { rules },
  );
}

type Rules = Map<string, FakeRule>;

const list = (rules: Rules, target: string): object => ({
  RuleNames: Array.from(rules).flatMap(([name, { targets }]) => (targets.includes(target) ? [name] : [])),
});

function describe(rules: Rules, { input }: Call): object {
  const name = String(input['Name']);
  const rule = rules.get(name);
  if (!rule) throw new Fault('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  const { targets: _, ...rest } = rule;
  return { Name: name, Arn: arnOf(name), EventBusName: 'default', ...rest };
}

const arnOf = (name: string): string => `arn:aws:events:eu-west-1:123456789012:rule/${name}`;

function put(rules: Rules, { input }: Call): object {
  const { Name, EventBusName = 'default', Tags: _, ...given } = input as Readonly<Record<string, string>>;
  if (given['ScheduleExpression'] === undefined && given['EventPattern'] === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (EventBusName !== 'default') throw new Fault('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
  if (given['ScheduleExpression'] !== undefined && !SCHEDULE.test(given['ScheduleExpression'])) throw invalid('Parameter ScheduleExpression is not valid.');
  rules.set(String(Name), { targets: rules.get(String(Name))?.targets ?? [], State: 'ENABLED', ...given });
  return { RuleArn: arnOf(String(Name)) };
}

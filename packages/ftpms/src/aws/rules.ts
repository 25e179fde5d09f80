import type { ArnOf, Caller } from './caller.js';
import type { Account, Rule } from './contract.js';

/** EventBridge rules. `PutRule` replaces the whole rule, so all other properties are written back unchanged. */
export function rules(call: Caller, arnOf: ArnOf): Pick<Account, 'rules' | 'setRule'> {
  const describe = (Name: string) => call('events:DescribeRule', ({ events }) => events.describeRule({ Name }));
  return {
    rules: async (self) => {
      const TargetArn = self.startsWith('arn:') ? self : await arnOf(self);
      const found = TargetArn === undefined ? [] : await ruleNames(call, TargetArn);
      const all = await Promise.all(found.map(describe));
      return all.flatMap(({ Name: name, ScheduleExpression: expression, State }): Rule | [] =>
        name !== undefined && expression ? { name, expression, isEnabled: State !== 'DISABLED' } : [],
      );
    },
    setRule: async ({ name, expression }) => {
      const { EventPattern, State, Description, RoleArn, EventBusName } = await describe(name);
      const rest = Object.entries({ EventPattern, State, Description, RoleArn, EventBusName }).filter(([, value]) => value !== undefined && value !== '');
      await call('events:PutRule', ({ events }) => events.putRule({ ...Object.fromEntries(rest), Name: name, ScheduleExpression: expression }));
    },
  };
}

async function ruleNames(call: Caller, TargetArn: string): Promise<readonly string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call('events:ListRuleNamesByTarget', ({ events }) => events.listRuleNamesByTarget({ TargetArn, NextToken }));
    names.push(...(page.RuleNames ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  return names;
}

import type { Amount, OwnUse } from '../contract.js';
import { beginOf, endOf } from '../guarantee/calendar.js';
import { ALLOWANCES } from '../guarantee/free-allowances.js';
import { HOUR } from './deps.js';
import { GAUGES } from './published-metrics.js';
import type { OwnCalls } from './state.js';

/** Number of alarms and dashboards that `setup` creates. */
const [ALARMS, DASHBOARDS] = [8, 1];
/** Number of writes of the ledger's table in a month of 31 days: five a second, of the 25 that are free. */
const WRITES = 5 * 31 * 86_400;

const freeOf = (service: string, of: string): number => ALLOWANCES.find((each) => each.service === service && each.of === of)?.free ?? 0;

/** Returns FTPMS's own use of the allowances that are always free. */
export function ownUse(month: string, now: number, own: OwnCalls, self: Amount | undefined): readonly OwnUse[] {
  const begin = beginOf(month);
  const part = Math.min(1, Math.max(now - begin, HOUR) / (endOf(month) - begin));
  const growing = (line: string, used: number, free: number): OwnUse => ({ line, used, projected: Math.ceil(used / part), free });
  const fixed = (line: string, used: number, free: number): OwnUse => ({ line, used, projected: used, free });
  return [
    growing('Lambda requests', self?.requests ?? own.runs, freeOf('Lambda', 'requests')),
    growing('Lambda GB-seconds', Math.ceil((self?.mbMs ?? own.ms * 128) / 1_024_000), freeOf('Lambda', 'compute')),
    growing('CloudWatch API requests', own.cloudWatch, freeOf('CloudWatch', 'API requests')),
    fixed('CloudWatch metrics', GAUGES, freeOf('CloudWatch', 'custom metrics')),
    fixed('CloudWatch alarms', ALARMS, freeOf('CloudWatch', 'alarm metrics')),
    fixed('CloudWatch dashboards', DASHBOARDS, freeOf('CloudWatch', 'dashboards')),
    growing('DynamoDB writes', own.writes, WRITES),
    growing('SNS e-mails', own.messages, freeOf('SNS', 'e-mails')),
  ];
}

import { awsClient } from '@suga/gateway/aws';
import { SugaError } from '@suga/gateway/errors';
import { explainDenied } from '../aws/access-denied.js';
import { monthOf } from '../guarantee/calendar.js';
import { survey } from '../guardian/account-snapshot.js';
import type { FtpmsErrorCode } from '../guardian/commands.js';
import type { GuardianDeps } from '../guardian/deps.js';
import { begin, settingsOf } from '../guardian/reconcile.js';
import { alarms, dashboard } from './alarms.js';
import { type Check, scheduleOf } from './check.js';

/** Options of `setup`. */
export interface SetupOptions {
  /** Address that gets the alerts, once its owner has confirmed. Creates a topic if FTPMS_TOPIC names none. */
  readonly email?: string | undefined;
  /** Whether a table on demand is accepted, which AWS bills. @default false */
  readonly onDemand?: boolean | undefined;
}

/** Result of `setup`. */
export interface Setup {
  readonly table: string;
  /** Whether this call created the table. */
  readonly isNew: boolean;
  readonly months: readonly string[];
  /** ARN of the topic. Set it as FTPMS_TOPIC. */
  readonly topic: string | undefined;
  readonly alarms: readonly string[];
  readonly dashboard: string;
}

interface Clients {
  readonly cloudWatch: {
    putMetricAlarm(input: object): Promise<unknown>;
    putDashboard(input: object): Promise<{ readonly DashboardValidationMessages?: readonly { readonly Message?: string }[] }>;
  };
  readonly sns: {
    createTopic(input: object): Promise<{ readonly TopicArn?: string }>;
    subscribe(input: object): Promise<unknown>;
  };
}

const call = <T>(action: string, work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(explainDenied(error, action, 'operator')));
const client = <T>(service: string, name: string): T => awsClient<T>(service, name, { who: 'ftpms' });

/** Creates this month and the next in the ledger, so that functions can start at once. This month begins with the use so far. */
export async function beginMonths(guard: GuardianDeps): Promise<readonly string[]> {
  const seen = await survey(guard, monthOf(guard.now()), {}, { schedule: await scheduleOf(guard) });
  return begin(guard, seen, settingsOf(seen));
}

/** Creates the topic for alerts, and a subscription if there is an address. */
export async function makeTopic(topic: string | undefined, scope: string, email: string | undefined): Promise<string | undefined> {
  if (email === undefined) return topic;
  if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email)) throw new SugaError('InvalidParams', 'ftpms: "email" must be an address such as me@example.com.');
  const sns = client<Clients['sns']>('client-sns', 'SNS');
  const Name = `ftpms-${scope.replace(/[^\w-]/g, '-')}`;
  const TopicArn = topic ?? (await call('sns:CreateTopic', sns.createTopic({ Name }))).TopicArn;
  await call('sns:Subscribe', sns.subscribe({ TopicArn, Protocol: 'email', Endpoint: email }));
  return TopicArn;
}

/** Creates the alarms and the dashboard, and overwrites existing ones. @throws `Refused` if CloudWatch reports a problem with the dashboard */
export async function makeAlarms({ settings }: GuardianDeps, { plan }: Check, topic: string | undefined): Promise<Pick<Setup, 'alarms' | 'dashboard'>> {
  const cloudWatch = client<Clients['cloudWatch']>('client-cloudwatch', 'CloudWatch');
  const made = alarms(settings, plan, topic);
  for (const each of made) await call('cloudwatch:PutMetricAlarm', cloudWatch.putMetricAlarm(each));
  const name = `ftpms-${settings.scope.replace(/[^\w-]/g, '-')}`;
  const DashboardBody = dashboard(settings, plan, process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '');
  const { DashboardValidationMessages: [problem] = [] } = await call(
    'cloudwatch:PutDashboard',
    cloudWatch.putDashboard({ DashboardName: name, DashboardBody }),
  );
  if (problem) throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: CloudWatch reports a dashboard problem: ${problem.Message}`);
  return { alarms: made.map(({ AlarmName }) => AlarmName), dashboard: name };
}

import { awsClient } from '@suga/gateway/aws';
import { SugaError } from '@suga/gateway/errors';
import { told } from '../aws/access-denied.js';
import { monthOf } from '../guarantee/calendar.js';
import { survey } from '../guardian/account-snapshot.js';
import type { FtpmsErrorCode } from '../guardian/commands.js';
import type { GuardianDeps } from '../guardian/deps.js';
import { begin, settingsOf } from '../guardian/reconcile.js';
import { alarms, dashboard } from './alarms.js';
import { type Check, scheduleOf } from './check.js';

/** What `setup` may be told. */
export interface SetupOptions {
  /** Gets the alerts, after its owner has confirmed; makes a topic where FTPMS_TOPIC names none. */
  readonly email?: string | undefined;
  /** A table on demand is taken as it is, and billed. @default false */
  readonly onDemand?: boolean | undefined;
}

/** What there is now. */
export interface Setup {
  readonly table: string;
  /** Whether the table was made by this call. */
  readonly isNew: boolean;
  readonly months: readonly string[];
  /** Set it as FTPMS_TOPIC. */
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

const call = <T>(action: string, work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(told(error, action, 'operator')));
const client = <T>(service: string, name: string): T => awsClient<T>(service, name, { who: 'ftpms' });

/** This month and the next in the ledger, so that functions can start at once: with what is used of this month already. */
export async function beginMonths(guard: GuardianDeps): Promise<readonly string[]> {
  const seen = await survey(guard, monthOf(guard.now()), {}, { schedule: await scheduleOf(guard) });
  return begin(guard, seen, settingsOf(seen));
}

/** The topic for alerts, with a subscription where an address is given. */
export async function makeTopic(topic: string | undefined, scope: string, email: string | undefined): Promise<string | undefined> {
  if (email === undefined) return topic;
  if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email)) throw new SugaError('InvalidParams', 'ftpms: "email" must be an address such as me@example.com.');
  const sns = client<Clients['sns']>('client-sns', 'SNS');
  const Name = `ftpms-${scope.replace(/[^\w-]/g, '-')}`;
  const TopicArn = topic ?? (await call('sns:CreateTopic', sns.createTopic({ Name }))).TopicArn;
  await call('sns:Subscribe', sns.subscribe({ TopicArn, Protocol: 'email', Endpoint: email }));
  return TopicArn;
}

/** The alarms and the dashboard; what is there already is written over. @throws `Refused` where CloudWatch finds fault with the dashboard */
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
  if (problem) throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: CloudWatch finds fault with the dashboard: ${problem.Message}`);
  return { alarms: made.map(({ AlarmName }) => AlarmName), dashboard: name };
}

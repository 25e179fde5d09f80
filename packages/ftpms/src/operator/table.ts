import { awsClient } from '@suga/gateway/aws';
import { SugaError } from '@suga/gateway/errors';
import { told } from '../aws/access-denied.js';
import type { FtpmsErrorCode } from '../guardian/commands.js';

/** What is provisioned: five of the 25 units that are free. */
const UNITS = 5;
const KEY = 'pk';

/** The ledger's table as it is. */
export interface TableFound {
  readonly isReady: boolean;
  /** Writes a second that it takes; `undefined` where it is on demand. */
  readonly writes: number | undefined;
}

interface Described {
  readonly TableStatus?: string;
  readonly BillingModeSummary?: { readonly BillingMode?: string };
  readonly ProvisionedThroughput?: { readonly WriteCapacityUnits?: number };
  readonly KeySchema?: readonly { readonly AttributeName?: string }[];
  readonly AttributeDefinitions?: readonly { readonly AttributeName?: string; readonly AttributeType?: string }[];
}

interface Dynamo {
  describeTable(input: object): Promise<{ readonly Table?: Described }>;
  createTable(input: object): Promise<unknown>;
}

const client = (): Dynamo => awsClient<Dynamo>('client-dynamodb', 'DynamoDB', { who: 'ftpms' });
const call = <T>(action: string, work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(told(error, action, 'operator')));

/** `undefined` where there is none: a deployment may be checked before. @throws `Refused` where its key is another */
export async function findTable(name: string, dynamo: Dynamo = client()): Promise<TableFound | undefined> {
  const found = dynamo.describeTable({ TableName: name }).then(
    ({ Table }) => Table,
    (error: Error) => (error.name === 'ResourceNotFoundException' ? undefined : Promise.reject(error)),
  );
  const table = await call('dynamodb:DescribeTable', found);
  if (!table) return undefined;
  const { KeySchema = [], AttributeDefinitions = [], BillingModeSummary, ProvisionedThroughput } = table;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === KEY)?.AttributeType;
  if (KeySchema.length !== 1 || KeySchema[0]?.AttributeName !== KEY || type !== 'S') throw refused(`the table ${name} has another key than "${KEY}", a text`);
  const units = BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' ? 0 : ProvisionedThroughput?.WriteCapacityUnits;
  return { isReady: table.TableStatus === 'ACTIVE', writes: units || undefined };
}

/** The table, if there is none: provisioned, because only that is free. @returns whether it was made @throws `Refused` for one on demand, unless that is meant */
export async function makeTable(name: string, mayBeOnDemand: boolean): Promise<boolean> {
  const dynamo = client();
  const found = await findTable(name, dynamo);
  if (found?.isReady && found.writes === undefined && !mayBeOnDemand) throw refused(`the table ${name} is on demand, which AWS bills`, ON_DEMAND);
  if (!found) await call('dynamodb:CreateTable', dynamo.createTable(tableInput(name)));
  for (let look = 0; !(await findTable(name, dynamo))?.isReady; look++) {
    if (look === 60) throw new SugaError<FtpmsErrorCode>('NotThere', `ftpms: the table ${name} is still not ready. Run setup again.`);
    await process.getBuiltinModule('node:timers/promises').setTimeout(1000);
  }
  return !found;
}

const ON_DEMAND = `Change it to provisioned capacity (${UNITS} units are enough), name another table, or allow it (--on-demand) and pay.`;

const refused = (what: string, advice = 'Name another one in FTPMS_TABLE; setup makes it.'): SugaError<FtpmsErrorCode> =>
  new SugaError<FtpmsErrorCode>('Refused', `ftpms: ${what}. ${advice}`);

/** What a table that `setup` makes takes. */
export const NEW_TABLE: TableFound = { isReady: true, writes: UNITS };

const tableInput = (TableName: string): object => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: KEY, AttributeType: 'S' }],
  KeySchema: [{ AttributeName: KEY, KeyType: 'HASH' }],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: UNITS, WriteCapacityUnits: UNITS },
});

import { awsClient } from '@suga/gateway/aws';
import { SugaError } from '@suga/gateway/errors';
import { explainDenied } from '../aws/access-denied.js';
import type { FtpmsErrorCode } from '../guardian/commands.js';

/** Provisioned units: five of the 25 that are free. */
const UNITS = 5;
const KEY = 'pk';

/** The ledger's table as it exists. */
export interface TableFound {
  readonly isReady: boolean;
  /** Writes a second that it takes. Undefined if it is on demand. */
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
const call = <T>(action: string, work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(explainDenied(error, action, 'operator')));

/** Reads the table. Returns `undefined` if there is none, because a deployment can be checked before. @throws `Refused` if its key is another one */
export async function findTable(name: string, dynamo: Dynamo = client()): Promise<TableFound | undefined> {
  const found = dynamo.describeTable({ TableName: name }).then(
    ({ Table }) => Table,
    (error: Error) => (error.name === 'ResourceNotFoundException' ? undefined : Promise.reject(error)),
  );
  const table = await call('dynamodb:DescribeTable', found);
  if (!table) return undefined;
  const { KeySchema = [], AttributeDefinitions = [], BillingModeSummary, ProvisionedThroughput } = table;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === KEY)?.AttributeType;
  if (KeySchema.length !== 1 || KeySchema[0]?.AttributeName !== KEY || type !== 'S') throw refused(`the key of the table ${name} is not "${KEY}", a string`);
  const units = BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' ? 0 : ProvisionedThroughput?.WriteCapacityUnits;
  return { isReady: table.TableStatus === 'ACTIVE', writes: units || undefined };
}

/**
 * Creates the table if there is none: provisioned, because only that is free.
 * @returns whether it was created
 * @throws `Refused` if it is on demand, unless that is allowed
 */
export async function makeTable(name: string, mayBeOnDemand: boolean): Promise<boolean> {
  const dynamo = client();
  const found = await findTable(name, dynamo);
  if (found?.isReady && found.writes === undefined && !mayBeOnDemand) throw refused(`the table ${name} is on demand, which AWS bills`, ON_DEMAND);
  if (!found) await call('dynamodb:CreateTable', dynamo.createTable(tableInput(name)));
  for (let look = 0; !(await findTable(name, dynamo))?.isReady; look++) {
    if (look === 60) throw new SugaError<FtpmsErrorCode>('NotFound', `ftpms: the table ${name} is still not ready. Run setup again.`);
    await process.getBuiltinModule('node:timers/promises').setTimeout(1000);
  }
  return !found;
}

const ON_DEMAND = `Change it to provisioned capacity (${UNITS} units are enough), name another table, or allow it (--on-demand) and pay.`;

const refused = (what: string, advice = 'Name another table in FTPMS_TABLE; setup creates it.'): SugaError<FtpmsErrorCode> =>
  new SugaError<FtpmsErrorCode>('Refused', `ftpms: ${what}. ${advice}`);

/** A table as `setup` creates it. */
export const NEW_TABLE: TableFound = { isReady: true, writes: UNITS };

const tableInput = (TableName: string): object => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: KEY, AttributeType: 'S' }],
  KeySchema: [{ AttributeName: KEY, KeyType: 'HASH' }],
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: UNITS, WriteCapacityUnits: UNITS },
});

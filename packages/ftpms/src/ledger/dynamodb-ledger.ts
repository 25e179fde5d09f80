import { SugaError } from '@suga/gateway/errors';
import { explainDenied, type Role } from '../aws/access-denied.js';
import { AwsFault, callAws } from '../aws/request.js';
import type { AlreadyUsed, GrantRequest, GrantResult, Ledger, Month, MonthSettings } from './contract.js';
import { expressions, fromItem, grantUpdate, type Item, n, s, settleUpdate, toItem, type Update } from './dynamodb-month-item.js';
import { refusal, start } from './month-balance.js';
import { type Records, recordKey } from './records.js';

export { AwsFault, callAws } from '../aws/request.js';

/**
 * The ledger and the records in one DynamoDB table. Its key `pk` is a string: `account#2026-11` is a month, `account#…` a record. Every call is one
 * request. Every change costs one write unit, granted or refused (two if many epochs are open).
 */
export function table(name: string, role: Role): { ledger(scope: string): Ledger; records(scope: string): Records } {
  return { ledger: (scope) => new TableLedger(new Rows({ name, scope, role })), records: (scope) => tableRecords(new Rows({ name, scope, role })) };
}

/** Invokes a function asynchronously. @param functionName name or ARN */
export async function invoke(functionName: string, payload: unknown): Promise<void> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const headers = { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' };
  await callAws({ service: 'lambda', path, headers, body: JSON.stringify(payload) }).catch((error: unknown) => {
    throw explainDenied(error, 'lambda:InvokeFunction', 'handler');
  });
}

type Changed = { readonly done: true; readonly item: Item } | { readonly done: false; readonly item: Item | undefined };

/** The items of one scope. */
class Rows {
  readonly #table: string;
  readonly #scope: string;
  readonly #role: Role;

  constructor({ name, scope, role }: { readonly name: string; readonly scope: string; readonly role: Role }) {
    this.#table = name;
    this.#scope = scope;
    this.#role = role;
  }

  async get(key: string): Promise<Item | undefined> {
    return (await this.#call('GetItem', key, { ConsistentRead: true }))['Item'] as Item | undefined;
  }

  /** Writes an item. Returns false if `isNew` is set and the item exists. */
  async put(key: string, item: Item, isNew: boolean): Promise<boolean> {
    const fields = { Item: { ...item, pk: s(`${this.#scope}#${key}`) }, ...(isNew && { ConditionExpression: 'attribute_not_exists(pk)' }) };
    return (await conditional(this.#call('PutItem', undefined, fields))) !== undefined;
  }

  async remove(key: string): Promise<void> {
    await this.#call('DeleteItem', key, {});
  }

  async update(key: string, update: Update, signal?: AbortSignal): Promise<Changed> {
    const fields = { ...expressions(update), ReturnValues: 'ALL_NEW', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    try {
      return { done: true, item: (await this.#call('UpdateItem', key, fields, signal))['Attributes'] as Item };
    } catch (error) {
      if (!isRefused(error)) throw error;
      // Some tables that speak DynamoDB's protocol do not return the item that they refused to change.
      return { done: false, item: (error.body['Item'] as Item | undefined) ?? (await this.get(key)) };
    }
  }

  async #call(operation: string, key: string | undefined, fields: object, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const body = JSON.stringify({ TableName: this.#table, ...(key !== undefined && { Key: { pk: s(`${this.#scope}#${key}`) } }), ...fields });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
    try {
      return await callAws({ service: 'dynamodb', headers, body, signal });
    } catch (error) {
      throw this.#explain(error, operation);
    }
  }

  #explain(error: unknown, operation: string): unknown {
    if ((error as Error | undefined)?.name !== 'ResourceNotFoundException') return explainDenied(error, `dynamodb:${operation}`, this.#role);
    const text = `ftpms: there is no table ${this.#table} in ${process.env['AWS_REGION'] ?? 'this region'}. Create it: suga ftpms setup`;
    return new SugaError<'NotFound'>('NotFound', text, { cause: error });
  }
}

const isRefused = (error: unknown): error is AwsFault => error instanceof AwsFault && error.name === 'ConditionalCheckFailedException';

async function conditional<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

class TableLedger implements Ledger {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async grant(ask: GrantRequest, signal?: AbortSignal): Promise<GrantResult> {
    const { done, item } = await this.#rows.update(ask.month, grantUpdate(ask), signal);
    if (!item) return { granted: false, reason: 'unknown month' };
    const month = fromItem(ask.month, item);
    // The item may have changed since the refusal. Asking again is then right, as with another epoch.
    return done ? { granted: true, month } : { granted: false, reason: refusal(month, ask) ?? 'epoch', month };
  }

  async reportInit(month: string, init: number): Promise<void> {
    await this.#rows.update(month, { add: { leftG: -init, freeG: -init, initG: init }, where: [['mode', 'in', s('open'), s('reserved'), s('blocked')]] });
  }

  async read(month: string): Promise<Month | undefined> {
    const item = await this.#rows.get(month);
    return item && fromItem(month, item);
  }

  async begin(month: string, epoch: number, settings: MonthSettings, already?: AlreadyUsed): Promise<void> {
    await this.#rows.put(month, toItem(start(month, epoch, settings, already)), true);
  }

  async settle(seen: Month, next: Parameters<Ledger['settle']>[1]): Promise<boolean> {
    return (await this.#rows.update(seen.month, settleUpdate(seen, next))).done;
  }

  async mode(month: string, from: readonly Month['mode'][], to: Month['mode']): Promise<boolean> {
    const others = from.filter((mode) => mode !== to).map(s);
    if (others.length === 0) return false;
    return (await this.#rows.update(month, { set: { mode: s(to), stoppedAt: n(0) }, where: [['mode', 'in', ...others]] })).done;
  }

  async stopped(month: string, mode: Month['mode'], at: number): Promise<void> {
    await this.#rows.update(month, { set: { stoppedAt: n(at) }, where: [['mode', 'in', s(mode)]] });
  }
}

function tableRecords(rows: Rows): Records {
  const put = async (key: string, value: unknown, isNew: boolean): Promise<boolean> => rows.put(recordKey(key), { value: s(JSON.stringify(value)) }, isNew);
  return {
    get: async <T>(key: string) => {
      const item = (await rows.get(key)) as { readonly value?: { readonly S: string } } | undefined;
      return item?.value && (JSON.parse(item.value.S) as T);
    },
    put: async (key, value) => void (await put(key, value, false)),
    add: (key, value) => put(key, value, true),
    remove: (key) => rows.remove(key),
  };
}

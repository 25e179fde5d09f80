import type { Command, CommandOf } from '../backend.js';
import type { StoreOutcome } from '../contract.js';
import { notANumber } from '../failures.js';
import { toWhole } from '../values.js';
import { type Item, keyOf, numberOf, toEntry, toItem } from './item.js';
import type { Lane } from './lane.js';
import { isNamed } from './trouble.js';

/** Sends one request that must not be done twice. */
export type Send = (request: 'putItem' | 'updateItem', input: object) => Promise<{ readonly Attributes?: Item }>;

const NAMES = { '#until': 'until' } as const;
const VALUE = { '#value': 'value' } as const;
const ENDS = { '#expiresAt': 'expiresAt' } as const;
/** Each loses to somebody else's write at most so often; two at once is rare already. */
const TRIES = 5;

/** Has the table do what depends on what it holds. @param send Adds the table's name. */
export async function update(lane: Lane, commands: readonly Command[], send: Send): Promise<void> {
  const [command] = commands as readonly [Command];
  if (command.operation === 'set') return setIfAbsent(lane, command, send);
  if (command.operation === 'touch') return touch(lane, command, send);
  return increment(lane, commands as readonly CommandOf<'increment'>[], send);
}

async function setIfAbsent(lane: Lane, command: CommandOf<'set'>, send: Send): Promise<void> {
  const now = Date.now();
  const entry = { text: command.text, until: now + command.ttl };
  const put = {
    Item: toItem(lane.key, entry),
    ConditionExpression: 'attribute_not_exists(id) OR #until <= :now',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ':now': numberOf(now) },
  };
  const done = await holds(send('putItem', put));
  // What is there instead is read by whoever wants to know: it may be large.
  lane.updated(new Map([[command, { value: done !== undefined }]]), done && { entry });
}

async function touch(lane: Lane, command: CommandOf<'touch'>, send: Send): Promise<void> {
  const now = Date.now();
  const isEndless = command.ttl === Number.POSITIVE_INFINITY;
  const done = await holds(
    send('updateItem', {
      Key: keyOf(lane.key),
      UpdateExpression: isEndless ? 'REMOVE #until, #expiresAt' : 'SET #until = :until, #expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id) AND (attribute_not_exists(#until) OR #until > :now)',
      ExpressionAttributeNames: { ...NAMES, ...ENDS },
      ExpressionAttributeValues: { ':now': numberOf(now), ...(isEndless ? {} : ends(now + command.ttl)) },
      ReturnValues: 'ALL_NEW',
    }),
  );
  lane.updated(new Map([[command, { value: done !== undefined }]]), { entry: done && toEntry(done.Attributes) });
}

/** How far a number may go: as far as JavaScript counts by ones. */
const MAX = Number.MAX_SAFE_INTEGER;

/** Increments that are done as one: what each is told is what it would have got alone. */
interface Sum {
  readonly commands: readonly CommandOf<'increment'>[];
  readonly by: number;
  readonly ttl: number;
  /** Bounds of the number before the step, so that no step on the way leads beyond 2^53. */
  readonly low: number;
  readonly high: number;
}

/** As many as can be added up: from some point on the sum itself may be beyond 2^53. */
function sumOf(all: readonly CommandOf<'increment'>[]): Sum {
  let [by, low, high, count] = [0, -MAX, MAX, 0];
  for (const command of all) {
    if (!Number.isSafeInteger(by + command.by)) break;
    by += command.by;
    low = Math.max(low, -MAX - by);
    high = Math.min(high, MAX - by);
    count++;
  }
  const commands = all.slice(0, count);
  return { commands, by, low, high, ttl: commands.find(({ ttl }) => ttl !== Number.POSITIVE_INFINITY)?.ttl ?? Number.POSITIVE_INFINITY };
}

type Ask = (request: object) => Promise<{ readonly Attributes?: Item } | undefined>;

async function increment(lane: Lane, all: readonly CommandOf<'increment'>[], send: Send): Promise<void> {
  const sum = sumOf(all);
  const { commands, by } = sum;
  const ask: Ask = (request) => holds(send('updateItem', { Key: keyOf(lane.key), ...request }));
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const now = Date.now();
      const item = ((await ask(adding(sum, now))) ?? (await ask(beginning(sum))))?.Attributes;
      if (item && toWhole(String(item['value']?.N)) === undefined) {
        await takeBack(item, { by, until: now + sum.ttl }, ask);
        return lane.updated(new Map(commands.map((command) => [command, { error: notANumber() }])));
      }
      if (item) return lane.updated(outcomesOf(commands, Number(item['value']?.N) - by), { entry: toEntry(item) });
      if (!(await ask(leaving(sum)))) continue;
      // One of them leads too far, and the others do not: one by one, each fails by itself.
      if (commands.length > 1) return increment(lane, commands.slice(0, 1), send);
      return lane.updated(new Map(commands.map((command) => [command, { error: notANumber() }])));
    }
    throw Object.assign(new Error('others were always there first'), { name: 'TransactionConflictException' });
  } catch (error) {
    if (!isNamed(error, 'ValidationException') || !/data type|operand/i.test((error as Error).message)) throw error;
    lane.updated(new Map(commands.map((command) => [command, { error: notANumber(error) }])));
  }
}

/**
 * Undoes the addition to a fraction that another writer left: no condition can tell it from a whole number beforehand. An end that the addition
 * has given goes with it. Somebody else's addition is undone by its own store first; what somebody else has written stays.
 */
async function takeBack({ value, until }: Item, added: { readonly by: number; readonly until: number }, ask: Ask): Promise<void> {
  const hasGivenEnd = Number(until?.N) === added.until;
  const request = {
    UpdateExpression: `ADD #value :back${hasGivenEnd ? ' REMOVE #until, #expiresAt' : ''}`,
    ConditionExpression: '#value = :value',
    ExpressionAttributeNames: { ...VALUE, ...(hasGivenEnd ? { ...NAMES, ...ENDS } : {}) },
    ExpressionAttributeValues: { ':back': numberOf(-added.by), ':value': value },
    ReturnValues: 'UPDATED_NEW',
  };
  for (let tries = 0; tries < TRIES; tries++) if (await ask(request)) return;
}

function outcomesOf(commands: Sum['commands'], before: number): ReadonlyMap<Command, StoreOutcome> {
  let value = before;
  return new Map(commands.map((command) => [command, { value: (value += command.by) }]));
}

/** Condition for a number that has not ended, or is not there. A value that is no number is neither above nor below, and `ADD` refuses it. */
function adding({ by, ttl, low, high }: Sum, now: number): object {
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  const begin = ' SET #until = if_not_exists(#until, :until), #expiresAt = if_not_exists(#expiresAt, :expiresAt)';
  return {
    UpdateExpression: `ADD #value :by${isEndless ? '' : begin}`,
    ConditionExpression: '(attribute_not_exists(#until) OR #until > :now) AND NOT #value < :low AND NOT #value > :high',
    ExpressionAttributeNames: { ...NAMES, ...VALUE, ...(isEndless ? {} : ENDS) },
    ExpressionAttributeValues: {
      ':by': numberOf(by),
      ':now': numberOf(now),
      ':low': numberOf(low),
      ':high': numberOf(high),
      ...(isEndless ? {} : ends(now + ttl)),
    },
    ReturnValues: 'ALL_NEW',
  };
}

/** For one that has ended and that the table has not removed yet. */
function beginning({ by, ttl }: Sum): object {
  const now = Date.now();
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  return {
    UpdateExpression: `SET #value = :by${isEndless ? ' REMOVE #until, #expiresAt' : ', #until = :until, #expiresAt = :expiresAt'}`,
    ConditionExpression: '#until <= :now',
    ExpressionAttributeNames: { ...NAMES, ...VALUE, ...ENDS },
    ExpressionAttributeValues: { ':by': numberOf(by), ':now': numberOf(now), ...(isEndless ? {} : ends(now + ttl)) },
    ReturnValues: 'ALL_NEW',
  };
}

/** Changes nothing, and holds where a number that has not ended would leave what JavaScript counts: asked only when the others do not hold. */
function leaving({ low, high }: Sum): object {
  return {
    UpdateExpression: 'SET #value = #value',
    ConditionExpression: '(attribute_not_exists(#until) OR #until > :now) AND (#value < :low OR #value > :high)',
    ExpressionAttributeNames: { ...NAMES, ...VALUE },
    ExpressionAttributeValues: { ':now': numberOf(Date.now()), ':low': numberOf(low), ':high': numberOf(high) },
  };
}

const ends = (until: number): Item => ({ ':until': numberOf(until), ':expiresAt': numberOf(Math.ceil(until / 1000)) });

/** What the request gives; `undefined` where its condition does not hold. */
async function holds<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNamed(error, 'ConditionalCheckFailedException')) return undefined;
    throw error;
  }
}

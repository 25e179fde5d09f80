import type { Command, CommandOf } from './backend.js';
import type { StoreOutcome } from './contract.js';
import { type Item, keyOf, numberOf, toEntry, toItem } from './dynamodb-item.js';
import { isNamed } from './dynamodb-trouble.js';
import { notANumber } from './failures.js';
import type { Lane } from './lane.js';

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

/** All in one: each is told what it would have got alone. */
async function increment(lane: Lane, commands: readonly CommandOf<'increment'>[], send: Send): Promise<void> {
  const sum = commands.reduce((total, { by }) => total + by, 0);
  const ttl = commands.find((each) => each.ttl !== Number.POSITIVE_INFINITY)?.ttl ?? Number.POSITIVE_INFINITY;
  let item: Item | undefined;
  try {
    for (let tries = 0; !item && tries < TRIES; tries++) {
      const request = tries % 2 === 0 ? adding(sum, ttl) : beginning(sum, ttl);
      item = (await holds(send('updateItem', { Key: keyOf(lane.key), ...request, ReturnValues: 'ALL_NEW' })))?.Attributes;
    }
    if (!item) throw Object.assign(new Error('others were always there first'), { name: 'TransactionConflictException' });
  } catch (error) {
    if (!isNamed(error, 'ValidationException') || !/data type|operand/i.test((error as Error).message)) throw error;
    return lane.updated(new Map(commands.map((command) => [command, { error: notANumber(error) }])));
  }
  const outcomes = new Map<Command, StoreOutcome>();
  let value = Number(item['value']?.N) - sum;
  for (const command of commands) outcomes.set(command, { value: (value += command.by) });
  lane.updated(outcomes, { entry: toEntry(item) });
}

/** For a number that has not ended, or is not there. */
function adding(sum: number, ttl: number): object {
  const now = Date.now();
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  const begin = ' SET #until = if_not_exists(#until, :until), #expiresAt = if_not_exists(#expiresAt, :expiresAt)';
  return {
    UpdateExpression: `ADD #value :by${isEndless ? '' : begin}`,
    ConditionExpression: 'attribute_not_exists(#until) OR #until > :now',
    ExpressionAttributeNames: { ...NAMES, ...VALUE, ...(isEndless ? {} : ENDS) },
    ExpressionAttributeValues: { ':by': numberOf(sum), ':now': numberOf(now), ...(isEndless ? {} : ends(now + ttl)) },
  };
}

/** For one that has ended and that the table has not removed yet. */
function beginning(sum: number, ttl: number): object {
  const now = Date.now();
  const isEndless = ttl === Number.POSITIVE_INFINITY;
  return {
    UpdateExpression: `SET #value = :by${isEndless ? ' REMOVE #until, #expiresAt' : ', #until = :until, #expiresAt = :expiresAt'}`,
    ConditionExpression: '#until <= :now',
    ExpressionAttributeNames: { ...NAMES, ...VALUE, ...ENDS },
    ExpressionAttributeValues: { ':by': numberOf(sum), ':now': numberOf(now), ...(isEndless ? {} : ends(now + ttl)) },
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

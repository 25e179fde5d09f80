import type { Command, CommandOf } from '../backend.js';
import type { StoreOutcome } from '../contract.js';
import { failure, notANumber } from '../failures.js';
import { unavailable } from './trouble.js';

/** A command of the server's, and what it answered. */
export type Sent = (string | number)[];
export type Reply = readonly [error: Error | null, reply: unknown];

/** Some commands as the server knows them, and what its replies mean for each. */
export interface Step {
  readonly commands: readonly Command[];
  readonly sent: readonly Sent[];
  outcomes(replies: readonly Reply[]): readonly StoreOutcome[];
}

/** All commands in their order. Several reads in a row are one `MGET`, which costs client and server less than as many `GET`. */
export function stepsOf(commands: readonly Command[]): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < commands.length; at += steps.at(-1)?.commands.length ?? 1) {
    const rest = commands.slice(at);
    const end = rest.findIndex(({ operation }) => operation !== 'get');
    steps.push(end === 0 ? write(rest[0] as Command) : reads(end === -1 ? rest : rest.slice(0, end)));
  }
  return steps;
}

function reads(commands: readonly Command[]): Step {
  const [{ key }, second] = commands as readonly [Command, Command?];
  // `GET` says what `MGET` does not: that a list, a hash or a set is under the key.
  if (!second) return { commands, sent: [['get', key]], outcomes: ([reply]) => [unreadable(reply) ?? outcomeOf(reply, (text) => text ?? undefined)] };
  return {
    commands,
    sent: [['mget', ...commands.map(({ key }) => key)]],
    outcomes: ([reply]) => commands.map((_, index) => outcomeOf(reply, (texts) => (texts as (string | null)[])[index] ?? undefined)),
  };
}

function unreadable([error]: Reply = [null, null]): StoreOutcome | undefined {
  if (!error?.message.startsWith('WRONGTYPE')) return undefined;
  return { error: failure('Unreadable', 'what is there is no text, so no store wrote it: use another prefix, or remove it.', { cause: error }) };
}

function write(command: Command): Step {
  const [sent, read] = sentFor(command);
  return { commands: [command], sent, outcomes: (replies) => [outcomeOf(replies.find(([error]) => error) ?? replies[0], read, replies.at(-1)?.[1])] };
}

function sentFor(command: Command): readonly [Sent[], (first: unknown, last: unknown) => unknown] {
  switch (command.operation) {
    case 'set':
      return [[setting(command)], (reply) => reply === 'OK'];
    case 'increment':
      return [[incrementing(command)], Number];
    case 'touch':
      return [touching(command), (_, last) => Number(last) === 1];
    default:
      return [[['unlink', command.key]], () => undefined];
  }
}

function setting({ key, text, ttl, ifAbsent }: CommandOf<'set'>): Sent {
  return ['set', key, text, ...(ttl === Number.POSITIVE_INFINITY ? [] : ['PX', ttl]), ...(ifAbsent ? ['NX'] : [])];
}

/**
 * A script, because Redis counts up to 2^63 and JavaScript to 2^53: what leads beyond, or begins there, is taken back in the same step, and is an error.
 * The sum is a text: ioredis 6 reads integers near 2^53 wrongly. `NX`: only a number without an end gets one (Redis 7); in a pipeline,
 * `PEXPIRE` would give an end also to what cannot be incremented.
 */
const ADD = `local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if math.abs(sum) > ${Number.MAX_SAFE_INTEGER} or math.abs(sum - ARGV[1]) > ${Number.MAX_SAFE_INTEGER} then
  redis.call('DECRBY', KEYS[1], ARGV[1])
  return redis.error_reply('ERR overflow beyond 2^53')
end
if ARGV[2] then redis.call('PEXPIRE', KEYS[1], ARGV[2], 'NX') end
return string.format('%.0f', sum)`;

function incrementing({ key, by, ttl }: CommandOf<'increment'>): Sent {
  return ['eval', ADD, 1, key, by, ...(ttl === Number.POSITIVE_INFINITY ? [] : [ttl])];
}

function touching({ key, ttl }: CommandOf<'touch'>): Sent[] {
  // PERSIST says only whether there was an end.
  if (ttl !== Number.POSITIVE_INFINITY) return [['pexpire', key, ttl]];
  return [
    ['persist', key],
    ['exists', key],
  ];
}

function outcomeOf(reply: Reply | undefined, read: (first: unknown, last: unknown) => unknown, last?: unknown): StoreOutcome {
  const error = reply ? reply[0] : new Error('there was no reply');
  if (!error) return { value: read(reply?.[1], last) };
  return { error: /not an integer|overflow|WRONGTYPE/.test(error.message) ? notANumber(error) : unavailable(error) };
}

import type { Command, CommandOf } from '../backend.js';
import type { StoreOutcome } from '../contract.js';
import { notANumber, storeError } from '../errors.js';
import { unavailable } from './errors.js';

/** A command in Redis's own form, and the server's reply to it. */
export type ServerCommand = (string | number)[];
export type Reply = readonly [error: Error | null, reply: unknown];

/** Commands, the server commands that run them, and the conversion of the replies into outcomes. */
export interface PipelineStep {
  readonly commands: readonly Command[];
  readonly sent: readonly ServerCommand[];
  outcomes(replies: readonly Reply[]): readonly StoreOutcome[];
}

/** Converts commands to steps in their order. Several reads in a row are one `MGET`, which costs client and server less than separate `GET`s. */
export function toSteps(commands: readonly Command[]): readonly PipelineStep[] {
  const steps: PipelineStep[] = [];
  for (let at = 0; at < commands.length; at += steps.at(-1)?.commands.length ?? 1) {
    const rest = commands.slice(at);
    const end = rest.findIndex(({ operation }) => operation !== 'get');
    steps.push(end === 0 ? writeStep(rest[0] as Command) : readStep(end === -1 ? rest : rest.slice(0, end)));
  }
  return steps;
}

function readStep(commands: readonly Command[]): PipelineStep {
  const [{ key }, second] = commands as readonly [Command, Command?];
  // Unlike `MGET`, `GET` reports that the key holds a list, a hash or a set.
  if (!second) return { commands, sent: [['get', key]], outcomes: ([reply]) => [wrongType(reply) ?? toOutcome(reply, (text) => text ?? undefined)] };
  return {
    commands,
    sent: [['mget', ...commands.map(({ key }) => key)]],
    outcomes: ([reply]) => commands.map((_, index) => toOutcome(reply, (texts) => (texts as (string | null)[])[index] ?? undefined)),
  };
}

function wrongType([error]: Reply = [null, null]): StoreOutcome | undefined {
  if (!error?.message.startsWith('WRONGTYPE')) return undefined;
  return {
    error: storeError('Unreadable', 'the stored value is not a string, so it was not written by this package: use another prefix, or remove the value.', {
      cause: error,
    }),
  };
}

function writeStep(command: Command): PipelineStep {
  const [sent, read] = toServerCommands(command);
  return { commands: [command], sent, outcomes: (replies) => [toOutcome(replies.find(([error]) => error) ?? replies[0], read, replies.at(-1)?.[1])] };
}

function toServerCommands(command: Command): readonly [ServerCommand[], (first: unknown, last: unknown) => unknown] {
  switch (command.operation) {
    case 'set':
      return [[setCommand(command)], (reply) => reply === 'OK'];
    case 'increment':
      return [[incrementCommand(command)], Number];
    case 'touch':
      return [touchCommands(command), (_, last) => Number(last) === 1];
    default:
      return [[['unlink', command.key]], () => undefined];
  }
}

function setCommand({ key, text, ttl, ifAbsent }: CommandOf<'set'>): ServerCommand {
  return ['set', key, text, ...(ttl === Number.POSITIVE_INFINITY ? [] : ['PX', ttl]), ...(ifAbsent ? ['NX'] : [])];
}

/**
 * Script of `increment`, because Redis counts up to 2^63 and JavaScript to 2^53. If the number was or would be beyond, the script undoes
 * the addition in the same step and returns an error. The sum is a string: ioredis 6 reads integers near 2^53 wrongly. `NX`: only a number
 * without an expiry gets one (Redis 7). In a pipeline, `PEXPIRE` would also set an expiry on a value that cannot be incremented.
 */
const ADD = `local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if math.abs(sum) > ${Number.MAX_SAFE_INTEGER} or math.abs(sum - ARGV[1]) > ${Number.MAX_SAFE_INTEGER} then
  redis.call('DECRBY', KEYS[1], ARGV[1])
  return redis.error_reply('ERR overflow beyond 2^53')
end
if ARGV[2] then redis.call('PEXPIRE', KEYS[1], ARGV[2], 'NX') end
return string.format('%.0f', sum)`;

function incrementCommand({ key, by, ttl }: CommandOf<'increment'>): ServerCommand {
  return ['eval', ADD, 1, key, by, ...(ttl === Number.POSITIVE_INFINITY ? [] : [ttl])];
}

function touchCommands({ key, ttl }: CommandOf<'touch'>): ServerCommand[] {
  // PERSIST only reports whether the key had an expiry.
  if (ttl !== Number.POSITIVE_INFINITY) return [['pexpire', key, ttl]];
  return [
    ['persist', key],
    ['exists', key],
  ];
}

function toOutcome(reply: Reply | undefined, read: (first: unknown, last: unknown) => unknown, last?: unknown): StoreOutcome {
  const error = reply ? reply[0] : new Error('the server sent no reply');
  if (!error) return { value: read(reply?.[1], last) };
  return { error: /not an integer|overflow|WRONGTYPE/.test(error.message) ? notANumber(error) : unavailable(error) };
}

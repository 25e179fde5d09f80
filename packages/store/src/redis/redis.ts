import { invalidParam } from '@suga/gateway/errors';
import { type Backend, type Command, type CommandJob, RequestCounter } from '../backend.js';
import type { RedisClient, RedisOptions, StoreOutcome } from '../contract.js';
import { type PipelineStep, type Reply, toSteps } from './commands.js';
import { Connection } from './connection.js';
import { isReply, unavailable } from './errors.js';

/** Maximum number of commands in one pipeline: a server serves no other client while it runs an `MGET`. */
const PER_PIPELINE = 1000;
/** Maximum size of a string in bytes: https://redis.io/docs/latest/develop/data-types/strings/ (2026-11-21). */
const MAX_BYTES = 512 * 2 ** 20;

/** Creates the backend that stores values in Redis or Valkey. @throws `InvalidParams` */
export function redisBackend(options: RedisOptions): Backend {
  assertOptions(options);
  const counter = new RequestCounter();
  const connections = options.client ? undefined : new OwnConnections(options.url as string, counter);
  const run = async (commands: readonly Command[], job: CommandJob): Promise<void> => {
    if (connections) return connections.run(commands, job);
    for (const { command, outcome } of toResults(await send(options.client as RedisClient, commands, counter))) job.settle(command, outcome);
  };

  return {
    type: 'redis',
    maxBytes: MAX_BYTES,
    run: async (job) => {
      for (let at = 0; at < job.commands.length && !job.signal.aborted; at += PER_PIPELINE) {
        await run(job.commands.slice(at, at + PER_PIPELINE), job);
      }
    },
    stats: () => ({ requests: { ...counter.requests }, retries: counter.retries, unprocessed: 0 }),
    close: () => connections?.close(),
  };
}

/** Connections that the store opens itself, one after the other. */
class OwnConnections {
  readonly #url: string;
  readonly #counter: RequestCounter;
  #connection: Connection | undefined;

  constructor(url: string, counter: RequestCounter) {
    this.#url = url;
    this.#counter = counter;
  }

  /** Runs commands. If the connection is lost, the lost commands that may safely be repeated are sent over a new connection. */
  async run(commands: readonly Command[], job: CommandJob): Promise<void> {
    for (let [pending, first] = [commands, true]; pending.length > 0; first = false) {
      const connection = this.#connected(job);
      const replies = await connection.use((client) => send(client, pending, this.#counter), job.signal);
      const results = toResults(replies, connection.error);
      const lost = results.filter(({ isLost }) => isLost).map(({ command }) => command);
      if (lost.length > 0) connection.retire();
      pending = first && !job.signal.aborted ? repeatable(lost) : [];
      if (pending.length > 0) this.#counter.retries++;
      for (const { command, outcome } of results) if (!pending.includes(command)) job.settle(command, outcome);
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #connected({ deadline }: CommandJob): Connection {
    if (this.#connection && !this.#connection.isEnded) return this.#connection;
    this.#connection?.retire();
    return (this.#connection = new Connection(this.#url, Math.max(1, deadline - Date.now())));
  }
}

interface PipelineReplies {
  readonly steps: readonly PipelineStep[];
  readonly replies: readonly Reply[];
}

/** Result of a command. A lost command may have been done. */
interface CommandResult {
  readonly command: Command;
  readonly outcome: StoreOutcome;
  readonly isLost: boolean;
}

async function send(client: RedisClient, commands: readonly Command[], counter: RequestCounter): Promise<PipelineReplies> {
  counter.count('pipeline');
  const steps = toSteps(commands);
  const sent = steps.flatMap((step) => step.sent);
  try {
    return { steps, replies: (await client.pipeline(sent.map((each) => [...each])).exec()) ?? [] };
  } catch (error) {
    return { steps, replies: sent.map(() => [error as Error, undefined]) };
  }
}

function toResults({ steps, replies }: PipelineReplies, connectionError?: Error): readonly CommandResult[] {
  let at = 0;
  return steps.flatMap((step) => {
    const stepReplies = replies.slice(at, (at += step.sent.length));
    const isLost = stepReplies.some(([error]) => error && !isReply(error));
    const outcomes = step.outcomes(
      stepReplies.map((reply): Reply => (reply[0] && !isReply(reply[0]) ? [unavailable(reply[0], connectionError), undefined] : reply)),
    );
    return step.commands.map((command, index) => ({ command, isLost, outcome: outcomes[index] as StoreOutcome }));
  });
}

/** Returns the commands that may safely be repeated: all except those of a key for which an `increment` or `ifAbsent` was lost. */
function repeatable(lost: readonly Command[]): readonly Command[] {
  const keys = new Set(lost.filter((command) => command.operation === 'increment' || (command.operation === 'set' && command.ifAbsent)).map(({ key }) => key));
  return lost.filter(({ key }) => !keys.has(key));
}

function assertOptions({ url, client }: RedisOptions): void {
  if (client !== undefined && typeof client?.pipeline !== 'function') throw invalidParam('store', 'backend.client', client, 'an ioredis or iovalkey client');
  if (client === undefined && (typeof url !== 'string' || !/^rediss?:\/\/./.test(url)))
    throw invalidParam('store', 'backend.url', url, 'a URL that begins with redis:// or rediss://, unless you pass "client"');
}

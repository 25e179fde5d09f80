import { invalidParam } from '@suga/gateway/errors';
import { type Backend, type Command, type Job, Traffic } from '../backend.js';
import type { RedisClient, RedisOptions, StoreOutcome } from '../contract.js';
import { type Reply, type Step, stepsOf } from './commands.js';
import { Connection } from './connection.js';
import { isReply, unavailable } from './trouble.js';

/** How many commands go in one pipeline: a server serves nobody else while it answers an `MGET`. */
const PER_PIPELINE = 1000;
/** The longest text, in bytes: https://redis.io/docs/latest/develop/data-types/strings/ (2026-11-21). */
const MAX_BYTES = 512 * 2 ** 20;

/** Values in Redis or Valkey. @throws `InvalidParams` */
export function redis(options: RedisOptions): Backend {
  assertOptions(options);
  const traffic = new Traffic();
  const own = options.client ? undefined : new Own(options.url as string, traffic);
  const round = async (commands: readonly Command[], job: Job): Promise<void> => {
    if (own) return own.round(commands, job);
    for (const { command, outcome } of told(await send(options.client as RedisClient, commands, traffic))) job.settle(command, outcome);
  };

  return {
    type: 'redis',
    maxBytes: MAX_BYTES,
    run: async (job) => {
      for (let at = 0; at < job.commands.length && !job.signal.aborted; at += PER_PIPELINE) {
        await round(job.commands.slice(at, at + PER_PIPELINE), job);
      }
    },
    stats: () => ({ requests: { ...traffic.requests }, retries: traffic.retries, unprocessed: 0 }),
    close: () => own?.close(),
  };
}

/** Connections of our own, one after the other. */
class Own {
  readonly #url: string;
  readonly #traffic: Traffic;
  #connection: Connection | undefined;

  constructor(url: string, traffic: Traffic) {
    this.#url = url;
    this.#traffic = traffic;
  }

  /** What was lost with the connection is sent over a new one, where that does no harm. */
  async round(commands: readonly Command[], job: Job): Promise<void> {
    for (let [open, first] = [commands, true]; open.length > 0; first = false) {
      const connection = this.#connected(job);
      const answer = await connection.use((client) => send(client, open, this.#traffic), job.signal);
      const all = told(answer, connection.broken);
      const lost = all.filter(({ isLost }) => isLost).map(({ command }) => command);
      if (lost.length > 0) connection.give();
      open = first && !job.signal.aborted ? repeatable(lost) : [];
      if (open.length > 0) this.#traffic.retries++;
      for (const { command, outcome } of all) if (!open.includes(command)) job.settle(command, outcome);
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #connected({ until }: Job): Connection {
    if (this.#connection && !this.#connection.isOver) return this.#connection;
    this.#connection?.give();
    return (this.#connection = new Connection(this.#url, Math.max(1, until - Date.now())));
  }
}

interface Answer {
  readonly steps: readonly Step[];
  readonly replies: readonly Reply[];
}

/** What became of a command. What is lost may have been done. */
interface Told {
  readonly command: Command;
  readonly outcome: StoreOutcome;
  readonly isLost: boolean;
}

async function send(client: RedisClient, commands: readonly Command[], traffic: Traffic): Promise<Answer> {
  traffic.sent('pipeline');
  const steps = stepsOf(commands);
  const sent = steps.flatMap((step) => step.sent);
  try {
    return { steps, replies: (await client.pipeline(sent.map((each) => [...each])).exec()) ?? [] };
  } catch (error) {
    return { steps, replies: sent.map(() => [error as Error, undefined]) };
  }
}

function told({ steps, replies }: Answer, broken?: Error): readonly Told[] {
  let at = 0;
  return steps.flatMap((step) => {
    const own = replies.slice(at, (at += step.sent.length));
    const isLost = own.some(([error]) => error && !isReply(error));
    const outcomes = step.outcomes(own.map((reply): Reply => (reply[0] && !isReply(reply[0]) ? [unavailable(reply[0], broken), undefined] : reply)));
    return step.commands.map((command, index) => ({ command, isLost, outcome: outcomes[index] as StoreOutcome }));
  });
}

/** Those whose second time changes nothing: none of a key where something else was lost too, which came before or after them. */
function repeatable(lost: readonly Command[]): readonly Command[] {
  const keys = new Set(lost.filter((command) => command.operation === 'increment' || (command.operation === 'set' && command.ifAbsent)).map(({ key }) => key));
  return lost.filter(({ key }) => !keys.has(key));
}

function assertOptions({ url, client }: RedisOptions): void {
  if (client !== undefined && typeof client?.pipeline !== 'function') throw invalidParam('store', 'backend.client', client, 'an ioredis or iovalkey client');
  if (client === undefined && (typeof url !== 'string' || !/^rediss?:\/\/./.test(url)))
    throw invalidParam('store', 'backend.url', url, 'an address that begins with redis:// or rediss://, or there must be a "client"');
}

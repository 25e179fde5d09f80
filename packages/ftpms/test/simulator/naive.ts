import type { Amount } from '../../src/contract.js';
import { beginOf, monthOf } from '../../src/guarantee/calendar.js';
import type { Cloud } from './cloud.js';
import type { Environment, Guard } from './environments.js';
import type { World } from './world.js';

/** Input of the designs without leases. */
interface Seen {
  readonly world: World;
  readonly cloud: Cloud;
  /** Amount at which they stop. */
  readonly most: Amount;
}

/** Every environment reads CloudWatch once a minute, adds its own use since then, and refuses when that is too much. */
export function counters({ world, cloud, most }: Seen): (of: Environment) => Guard {
  return ({ setup }) => {
    let known: Amount = { requests: 0, mbMs: 0 };
    let own = { requests: 0, mbMs: 0 };
    let readAt = Number.NEGATIVE_INFINITY;
    const poll = async (): Promise<void> => {
      readAt = world.now;
      known = await monthToDate(world, cloud);
      own = { requests: 0, mbMs: 0 };
    };
    return {
      start: async () => {
        if (world.now - readAt > 60_000) await poll();
        if (known.requests + own.requests >= most.requests || known.mbMs + own.mbMs >= most.mbMs) throw new Error('used up');
        own.requests++;
      },
      end: ({ startedAt }) => {
        own.mbMs += (world.now - startedAt) * setup.memoryMb;
      },
    };
  };
}

/** One function reads CloudWatch once a minute for all functions, and stops them when their use is too much. */
export function poller({ world, cloud, most }: Seen): (of: Environment) => Guard {
  const poll = async (): Promise<void> => {
    const used = await monthToDate(world, cloud);
    if (used.requests >= most.requests || used.mbMs >= most.mbMs) await Promise.all([...cloud.setups.keys()].map((name) => cloud.setConcurrency(name, 0)));
    world.after(60_000, () => world.settle(() => void poll()));
  };
  world.after(0, () => world.settle(() => void poll()));
  return () => ({ start: () => undefined, end: () => undefined });
}

async function monthToDate(world: World, cloud: Cloud): Promise<Amount> {
  const from = beginOf(monthOf(world.now));
  const hour = Math.floor(world.now / 3_600_000) * 3_600_000;
  const minute = Math.floor(world.now / 60_000) * 60_000;
  const sum = async (metric: 'Invocations' | 'Duration', name: string): Promise<number> => {
    const hours = await cloud.sums({ metric, function: name, from, to: hour, periodMs: 3_600_000 });
    const minutes = await cloud.sums({ metric, function: name, from: hour, to: minute, periodMs: 60_000 });
    return [...hours, ...minutes].reduce((all, { value }) => all + value, 0);
  };
  let [requests, mbMs] = [0, 0];
  for (const [name, { memoryMb }] of cloud.setups) {
    requests += await sum('Invocations', name);
    mbMs += (await sum('Duration', name)) * memoryMb;
  }
  return { requests, mbMs };
}

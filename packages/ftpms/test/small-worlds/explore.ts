import { createHash } from 'node:crypto';

/** One step that a world could take next. */
export interface Step {
  /** The same for the same step of the same world. */
  readonly name: string;
  take(): void | Promise<void>;
}

/** A world that is created again for each order of steps. */
export interface Explorable {
  /** Returns the steps that are possible now, always in the same order. */
  steps(): readonly Step[];
  /** Returns everything on which the future depends, as a string: two worlds with the same string have the same future. */
  state(): string;
  /** Returns a sentence about the present fault, or undefined if there is none. */
  wrong(): string | undefined;
  /** Runs everything that needs no further step. */
  settle(): Promise<void>;
  dispose(): void;
}

/** Result of an exploration. */
export interface Explored {
  /** Number of different states. */
  readonly states: number;
  readonly runs: number;
  /** Whether every order of steps was played. */
  readonly isComplete: boolean;
  /** The first order of steps that fails, and its fault. */
  readonly fault?: { readonly what: string; readonly steps: readonly string[] };
}

/** Plays random orders of steps, each to its end. It finds a fault sooner than trying all orders one by one, but proves nothing. */
export async function wander(make: () => Explorable, walks: number, seed: number): Promise<Pick<Explored, 'fault' | 'runs'>> {
  let state = seed;
  const pick = (of: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * of);
  };
  for (let runs = 1; runs <= walks; runs++) {
    const { fault } = await play(make(), { choose: (_, steps) => pick(steps.length) });
    if (fault) return { runs, fault };
  }
  return { runs: walks };
}

/**
 * Plays every order of steps with the real code. Code cannot be copied while it runs, so a world is played again from its start for each order. An
 * order that reaches a known state ends there.
 * @param maxStates ends the exploration, for a test that has less time
 * @param seed decides which of the possible steps is tried first
 */
export async function explore(make: () => Explorable, maxStates: number = Number.POSITIVE_INFINITY, seed = 0): Promise<Explored> {
  const seen = new Set<string>();
  /** The choice at each depth, and the number of choices. */
  let path: { readonly choice: number; readonly of: number }[] = [];
  for (let runs = 1; ; runs++) {
    const before = path;
    const { taken, fault } = await play(make(), {
      choose: (depth) => before[depth]?.choice ?? 0,
      order: seed,
      isNew: (state, depth) => {
        if (depth < before.length) return true;
        const digest = createHash('sha1').update(state()).digest('base64');
        if (seen.has(digest)) return false;
        seen.add(digest);
        return true;
      },
    });
    if (fault) return { states: seen.size, runs, isComplete: false, fault };
    path = [...taken];
    while (path.length > 0 && lastOf(path).choice + 1 >= lastOf(path).of) path.pop();
    if (path.length === 0) return { states: seen.size, runs, isComplete: true };
    const { choice, of } = lastOf(path);
    path = [...path.slice(0, -1), { choice: choice + 1, of }];
    if (seen.size >= maxStates) return { states: seen.size, runs, isComplete: false };
  }
}

interface Played {
  readonly taken: readonly { readonly choice: number; readonly of: number }[];
  readonly fault?: { readonly what: string; readonly steps: readonly string[] };
}

interface Way {
  choose(depth: number, steps: readonly Step[]): number;
  /** Changes which of the steps comes first. */
  readonly order?: number;
  /** Whether to continue from this state. */
  isNew?(state: () => string, depth: number): boolean;
}

async function play(world: Explorable, { choose, order = 0, isNew = () => true }: Way): Promise<Played> {
  const taken: { choice: number; of: number }[] = [];
  const names: string[] = [];
  try {
    await world.settle();
    for (;;) {
      const what = world.wrong();
      if (what !== undefined) return { taken, fault: { what, steps: names } };
      if (!isNew(() => world.state(), taken.length)) return { taken };
      const steps = shuffled(world.steps(), order + taken.length);
      const choice = choose(taken.length, steps);
      const step = steps[choice];
      if (!step) return { taken };
      taken.push({ choice, of: steps.length });
      names.push(step.name);
      await step.take();
      await world.settle();
    }
  } finally {
    world.dispose();
  }
}

/** Always the same order for the same steps, seed and depth. */
const shuffled = (steps: readonly Step[], seed: number): readonly Step[] =>
  steps
    .map((step) => ({ step, at: hashOf(`${seed} ${step.name}`) }))
    .sort((one, other) => one.at - other.at)
    .map(({ step }) => step);

/** FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

const lastOf = <T>(all: readonly T[]): T => all[all.length - 1] as T;

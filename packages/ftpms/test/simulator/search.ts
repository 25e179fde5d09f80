import { type Outcome, play } from './play.js';
import { shortScenario } from './scenario.js';
import { World } from './world.js';

/** A scenario as the random numbers that drew it. Changing one of them changes one property of it. */
export type Tape = readonly number[];

/** A short month that was tried. */
export interface Tried {
  readonly tape: Tape;
  readonly seed: number;
  /** Share of the allowance that was used, or of the cap that was admitted with leases if that is above 1. */
  readonly score: number;
}

/** The result of a search. */
export interface Searched {
  /** Months that came nearest to the limit, the nearest first. */
  readonly nearest: readonly Tried[];
  /** Months beyond the allowance. */
  readonly over: readonly Tried[];
  /** Best score of the first tenth, which is drawn at random: the search started there. */
  readonly best: number;
}

/** Number of nearest months that are changed further. */
const KEPT = 40;

/**
 * Searches for a month that ends beyond its allowance: draws short months at random, and then changes those that came nearest.
 * @param count number of months to try
 * @param seed the same seed gives the same search
 */
export async function search(count: number, seed: number): Promise<Searched> {
  const world = new World(0, seed);
  let nearest: Tried[] = [];
  const over: Tried[] = [];
  let best = 0;
  for (let tried = 0; tried < count; tried++) {
    const isFirst = tried < count / 10;
    const tape = isFirst || world.chance(0.1) ? [] : changed(world.pick(nearest).tape, world);
    const one = await attempt(tape, world.whole(0, 2 ** 30));
    if (isFirst) best = Math.max(best, one.score);
    if (one.score > 1) over.push(one);
    nearest = [...nearest, one].sort((a, b) => b.score - a.score).slice(0, KEPT);
  }
  return { nearest, over, best };
}

/** Plays the month of a tape. Random numbers that the tape lacks are drawn, and are in the tape of the result. */
export async function attempt(tape: Tape, seed: number): Promise<Tried & { readonly outcome: Outcome }> {
  const full: number[] = [];
  const outcome = await play((world) => shortScenario(replayed(world, tape, full)), seed);
  const { used, admitted } = outcome;
  return { tape: full, seed, score: admitted > 1 ? Math.max(used, admitted) : used, outcome };
}

/** The same world for drawing a scenario whose first random numbers are given. */
function replayed(world: World, tape: Tape, full: number[]): World {
  const drawing = new World(world.now, 1);
  const { random } = world;
  drawing.random = () => {
    const chance = tape[full.length] ?? random();
    full.push(chance);
    return chance;
  };
  return drawing;
}

/** Draws one to three random numbers again, or moves them a little. */
function changed(tape: Tape, world: World): Tape {
  const next = [...tape];
  for (let times = world.whole(1, 3); times > 0; times--) {
    const at = world.whole(0, next.length - 1);
    const moved = (next[at] ?? 0) + world.between(-0.1, 0.1);
    next[at] = world.chance(0.5) ? world.random() : Math.min(0.999_999, Math.max(0, moved));
  }
  return next;
}

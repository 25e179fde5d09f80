/** ZAPH, the Zero-Abstraction Path for Hot operations: finds the hot operations. */

import type { Operation } from '@suga/gateway';
import type { HotOperation } from './contract.js';

/** Number of operations in each tier. */
const TIER_SIZES = [3, 7] as const;
const MAX_INTERVAL = 1000;

/**
 * Finds hot operations by the gateway's own counters, so calls cost nothing. It does not bind operations differently: a middleware that has
 * nothing to add returns `next` itself, so the shortest correct function is already bound.
 */
export class Zaph {
  hot: readonly HotOperation[] = [];
  readonly #threshold: number;
  readonly #hotInterfaces = new Set<string>();
  #lastCounts = new Map<Operation, number>();
  #nextCheck = 10;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Whether an interface has a hot operation. */
  isHot(name: string): boolean {
    return this.#hotInterfaces.has(name);
  }

  /** Checks again when it is time: often at first, then every 1000 invocations, so that the result follows the traffic. */
  end(invocations: number, operations: readonly Operation[]): void {
    if (invocations < this.#nextCheck) return;
    this.#nextCheck = Math.min(this.#nextCheck * 2, invocations + MAX_INTERVAL);
    this.#check(operations);
  }

  #check(operations: readonly Operation[]): void {
    const counts = operations.map((operation) => ({ operation, calls: operation.calls - (this.#lastCounts.get(operation) ?? 0) }));
    this.#lastCounts = new Map(operations.map((operation) => [operation, operation.calls]));
    const total = counts.reduce((sum, { calls }) => sum + calls, 0);
    const hottest = counts
      .filter(({ calls }) => calls >= this.#threshold)
      .sort((a, b) => b.calls - a.calls)
      .slice(0, TIER_SIZES[0] + TIER_SIZES[1]);
    this.#hotInterfaces.clear();
    for (const { operation } of hottest) this.#hotInterfaces.add(operation.interface);
    this.hot = hottest.map(({ operation, calls }, index) => ({
      operation: `${operation.interface}.${operation.name}`,
      tier: index < TIER_SIZES[0] ? 1 : 2,
      share: calls / total,
    }));
  }
}

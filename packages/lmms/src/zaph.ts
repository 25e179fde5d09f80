/** ZAPH, the Zero-Abstraction Path for Hot operations: which they are. */

import type { Operation } from '@suga/gateway';
import type { Hot } from './contract.js';

/** How many operations each tier has. */
const TIERS = [3, 7] as const;
const EVERY = 1000;

/**
 * Finds hot operations by the gateway's own counters: no call costs anything for it. What a hot operation is bound to is up to the
 * middleware: each gives `next` itself where it has nothing to add, so the shortest correct function is the one that is bound.
 */
export class Zaph {
  hot: readonly Hot[] = [];
  readonly #threshold: number;
  readonly #interfaces = new Set<string>();
  #before = new Map<Operation, number>();
  #next = 10;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Whether an interface has a hot operation. */
  protects(name: string): boolean {
    return this.#interfaces.has(name);
  }

  /** Looks anew when it is time: early and often at first, then every 1000 invocations, so that it follows the traffic. */
  end(invocations: number, operations: readonly Operation[]): void {
    if (invocations < this.#next) return;
    this.#next = Math.min(this.#next * 2, invocations + EVERY);
    this.#look(operations);
  }

  #look(operations: readonly Operation[]): void {
    const counts = operations.map((operation) => ({ operation, calls: operation.calls - (this.#before.get(operation) ?? 0) }));
    this.#before = new Map(operations.map((operation) => [operation, operation.calls]));
    const total = counts.reduce((sum, { calls }) => sum + calls, 0);
    const hottest = counts
      .filter(({ calls }) => calls >= this.#threshold)
      .sort((a, b) => b.calls - a.calls)
      .slice(0, TIERS[0] + TIERS[1]);
    this.#interfaces.clear();
    for (const { operation } of hottest) this.#interfaces.add(operation.interface);
    this.hot = hottest.map(({ operation, calls }, index) => ({
      operation: `${operation.interface}.${operation.name}`,
      tier: index < TIERS[0] ? 1 : 2,
      share: calls / total,
    }));
  }
}

import { SugaError } from '@suga/gateway/errors';
import type { Settings } from './config.js';
import type { Dimensions, MetricsErrorCode } from './contract.js';
import { assertDimensions, assertName, assertNamespace, dimensionsKey } from './validation.js';

/** Maximum number of stored names beyond the limit, because callers may invent any number of names. */
const MAX_FOLDED = 1000;

/** Counts custom metrics and enforces the limit. CloudWatch bills each metric for the hours in which it received values. */
export class MetricLimit {
  readonly folded: Set<string> = new Set();
  readonly #metrics = new Set<string>();
  readonly #settings: Settings;
  readonly #warn: (message: string) => void;

  constructor(settings: Settings, warn: (message: string) => void) {
    this.#settings = settings;
    this.#warn = warn;
    const { declared, limit, namespace: defaultNamespace, dimensions: defaultDimensions } = settings;
    for (const { name, namespace = defaultNamespace, dimensions = defaultDimensions } of declared) {
      assertName('declared', name);
      assertNamespace(namespace);
      assertDimensions('declared', dimensions);
      this.#metrics.add(toMetricKey(name, namespace, dimensions));
    }
    if (this.size > limit) warn(`metrics: ${this.size} metrics are declared, but the limit is ${limit}. Raise "limit".`);
  }

  /** Number of custom metrics so far. */
  get size(): number {
    return this.#metrics.size;
  }

  /** Whether a value becomes a metric; if not, it becomes a field. @throws `MetricLimit` if the limit is reached and `overflow` is 'refuse' */
  admit(name: string, dimensions: Dimensions): boolean {
    const { namespace, limit, overflow } = this.#settings;
    const metric = toMetricKey(name, namespace, dimensions);
    if (this.#metrics.has(metric)) return true;
    if (this.size + 1 <= limit) {
      this.#metrics.add(metric);
      return true;
    }
    const message = `metrics: "${name}" would be metric ${this.size + 1}, the limit is ${limit}. Each name with each combination of dimension values counts.`;
    if (overflow === 'refuse') throw new SugaError<MetricsErrorCode>('MetricLimit', `${message} Use fewer, or raise "limit" (each beyond 10 is billed).`);
    if (!this.folded.has(name) && this.folded.size < MAX_FOLDED) {
      this.folded.add(name);
      this.#warn(`${message} Its values become fields of the log line instead.`);
    }
    return false;
  }
}

const toMetricKey = (name: string, namespace: string, dimensions: Dimensions): string => `${namespace} ${name} ${dimensionsKey(dimensions)}`;

/** What is wrong with a value, and where; `undefined` if nothing is. */
export type Shape = (value: unknown, at: string) => string | undefined;

/** The farthest from 1970 that a date can be, in ms. */
const LAST = 8.64e15;

const number: Shape = (value, at) => (typeof value === 'number' && Number.isFinite(value) ? undefined : `${at} is no number`);
const count: Shape = (value, at) => number(value, at) ?? ((value as number) < 0 ? `${at} is below 0` : undefined);
const time: Shape = (value, at) => number(value, at) ?? (Math.abs(value as number) > LAST ? `${at} is no time` : undefined);
const text: Shape = (value, at) => (typeof value === 'string' ? undefined : `${at} is no text`);
const anything: Shape = () => undefined;
const optional =
  (shape: Shape): Shape =>
  (value, at) =>
    value === undefined ? undefined : shape(value, at);

/** An object with a value of one shape under any name. */
const record =
  (shape: Shape): Shape =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at || 'it'} is no object`;
    return first(
      Object.entries(value).map(
        ([name, each]) =>
          () =>
            shape(each, `${at}/${name.slice(0, 40)}`),
      ),
    );
  };

/** An object with these fields. What else it has does not matter: a later version may know more. */
const object =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, at) =>
    record(anything)(value, at) ??
    first(
      Object.entries(fields).map(
        ([name, shape]) =>
          () =>
            shape(Object.hasOwn(value as object, name) ? (value as never)[name] : undefined, `${at}/${name}`),
      ),
    );

const list =
  (shape: Shape): Shape =>
  (value, at) =>
    Array.isArray(value) ? first(value.map((each, index) => () => shape(each, `${at}/${index}`))) : `${at} is no list`;

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const wrong = check();
    if (wrong) return wrong;
  }
  return undefined;
}

const counts = record(count);

/** What `lmms().usage()` gives. */
export const usage: Shape = object({
  version: (value, at) => (value === 1 ? undefined : `${at} is not 1`),
  environments: count,
  requests: record(object({ invocations: count, coldStarts: count, interfaces: counts, cold: counts, operations: counts, together: counts })),
  loads: record(object({ count, totalMs: count })),
});

/** What `lmms().report()` gives. */
export const report: Shape = object({
  invocations: count,
  loaded: record(object({ by: text, at: time, loadMs: count, heapDelta: optional(number) })),
  decisions: record(object({ at: time, refused: optional(text), code: optional(text) })),
  unloads: count,
  hot: list(object({ operation: text, tier: count, share: count })),
  memory: object({ heapUsed: count, rss: count, pressure: count }),
  collections: object({ count, totalMs: count }),
  baked: optional(object({ files: count, used: count, rejected: count, unused: optional(text) })),
  settings: record(anything),
});

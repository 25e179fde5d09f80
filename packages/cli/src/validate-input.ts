/** Returns the problem of a value and its place, or `undefined` if the value is valid. */
export type Validator = (value: unknown, at: string) => string | undefined;

/** Ms from 1970 to the farthest date that JavaScript can hold. */
const MAX_TIME = 8.64e15;

const number: Validator = (value, at) => (typeof value === 'number' && Number.isFinite(value) ? undefined : `${at} is not a number`);
const count: Validator = (value, at) => number(value, at) ?? ((value as number) < 0 ? `${at} is below 0` : undefined);
const time: Validator = (value, at) => number(value, at) ?? (Math.abs(value as number) > MAX_TIME ? `${at} is not a time` : undefined);
const text: Validator = (value, at) => (typeof value === 'string' ? undefined : `${at} is not a string`);
const anything: Validator = () => undefined;
const optional =
  (validate: Validator): Validator =>
  (value, at) =>
    value === undefined ? undefined : validate(value, at);

/** An object with any names, whose values all have one shape. */
const record =
  (validate: Validator): Validator =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at || 'it'} is not an object`;
    return firstProblem(
      Object.entries(value).map(
        ([name, each]) =>
          () =>
            validate(each, `${at}/${name.slice(0, 40)}`),
      ),
    );
  };

/** An object with these fields. Unknown fields are allowed, because a later version may add some. */
const object =
  (fields: Readonly<Record<string, Validator>>): Validator =>
  (value, at) =>
    record(anything)(value, at) ??
    firstProblem(
      Object.entries(fields).map(
        ([name, validate]) =>
          () =>
            validate(Object.hasOwn(value as object, name) ? (value as never)[name] : undefined, `${at}/${name}`),
      ),
    );

const list =
  (validate: Validator): Validator =>
  (value, at) =>
    Array.isArray(value) ? firstProblem(value.map((each, index) => () => validate(each, `${at}/${index}`))) : `${at} is not an array`;

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return undefined;
}

const counts = record(count);

/** Validates the output of `lmms().usage()`. */
export const validateUsage: Validator = object({
  version: (value, at) => (value === 1 ? undefined : `${at} is not 1`),
  environments: count,
  requests: record(object({ invocations: count, coldStarts: count, interfaces: counts, cold: counts, operations: counts, together: counts })),
  loads: record(object({ count, totalMs: count })),
});

/** Validates the output of `lmms().report()`. */
export const validateReport: Validator = object({
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

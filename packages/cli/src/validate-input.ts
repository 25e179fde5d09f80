/** What is wrong with a value, and where; `undefined` if nothing is. */
export type Validator = (value: unknown, at: string) => string | undefined;

/** The farthest from 1970 that a date can be, in ms. */
const MAX_TIME = 8.64e15;

const number: Validator = (value, at) => (typeof value === 'number' && Number.isFinite(value) ? undefined : `${at} is no number`);
const count: Validator = (value, at) => number(value, at) ?? ((value as number) < 0 ? `${at} is below 0` : undefined);
const time: Validator = (value, at) => number(value, at) ?? (Math.abs(value as number) > MAX_TIME ? `${at} is no time` : undefined);
const text: Validator = (value, at) => (typeof value === 'string' ? undefined : `${at} is no text`);
const anything: Validator = () => undefined;
const optional =
  (validate: Validator): Validator =>
  (value, at) =>
    value === undefined ? undefined : validate(value, at);

/** An object with a value of one shape under any name. */
const record =
  (validate: Validator): Validator =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at || 'it'} is no object`;
    return firstProblem(
      Object.entries(value).map(
        ([name, each]) =>
          () =>
            validate(each, `${at}/${name.slice(0, 40)}`),
      ),
    );
  };

/** An object with these fields. What else it has does not matter: a later version may know more. */
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
    Array.isArray(value) ? firstProblem(value.map((each, index) => () => validate(each, `${at}/${index}`))) : `${at} is no list`;

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem) return problem;
  }
  return undefined;
}

const counts = record(count);

/** What `lmms().usage()` gives. */
export const validateUsage: Validator = object({
  version: (value, at) => (value === 1 ? undefined : `${at} is not 1`),
  environments: count,
  requests: record(object({ invocations: count, coldStarts: count, interfaces: counts, cold: counts, operations: counts, together: counts })),
  loads: record(object({ count, totalMs: count })),
});

/** What `lmms().report()` gives. */
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

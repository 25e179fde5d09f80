import type { Check, Subject } from './contract.js';
import { errorOf, expect, type Stage, stage } from './test-gateway.js';

const PATIENCE = 10_000;

/** What V8 says where nobody looked at the argument, in its full forms: "Cannot use that id" is somebody's proper words. */
const ENGINE = new RegExp(
  [
    "^Cannot (?:(?:read|set) propert(?:y|ies) of |destructure (?:property )?'|convert (?:undefined or null|object|a (?:BigInt|Symbol) value) to )",
    "^Cannot (?:use 'in' operator |access '|mix BigInt |assign to read only property |(?:add|delete|define) property |redefine property: )",
    '^(?:(?:object|number|string|boolean|symbol|bigint) |\\(intermediate )?[^\\s"]+ is not (?:a function|(?:async )?iterable|a constructor|defined)(?: or its return value| \\(|$)',
    '^(?:Iterator (?:result|value) |Right-hand side of |Spread syntax requires |Reduce of empty array|Invalid array length|Invalid value used (?:as|in) weak |Method \\S+ called on |\\S+ called on (?:null|non-object)|Class constructor \\S+ cannot be invoked|Maximum call stack)',
  ].join('|'),
);

/** What a caller may get wrong: told in words. */
const wrong: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'not a number': () => Number.NaN,
  'a negative number': () => -1,
  infinity: () => Number.POSITIVE_INFINITY,
  'an empty text': () => '',
  'a text': () => 'text',
  'an empty object': () => ({}),
  'an array of nothing': () => [undefined, null],
  true: () => true,
};

/** What an attacker sends: survived. Whose own traps throw may throw through. */
const hostile: Readonly<Record<string, () => unknown>> = {
  'the text __proto__': () => '__proto__',
  'the text constructor': () => 'constructor',
  'a text of 10 MB': () => 'x'.repeat(10 * 2 ** 20),
  'an own __proto__': () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  'a circle': () => {
    const circle: unknown[] = [];
    circle.push(circle, { circle });
    return circle;
  },
  'a symbol': () => Symbol('hostile'),
  'a BigInt': () => 2n ** 70n,
  'a getter that throws': () => Object.defineProperty({}, 'ttl', { enumerable: true, get: thrower }),
  'a toString that throws': () => ({ toString: thrower, toJSON: thrower, valueOf: thrower }),
  'a proxy that throws': () => new Proxy({}, { get: thrower, ownKeys: thrower, has: thrower, getOwnPropertyDescriptor: thrower }),
};

function thrower(): never {
  throw new Error('a trap of the argument');
}

/** What the operations do with arguments that nobody should send. */
export function hostileChecks(subject: Subject<object>): readonly Check[] {
  return [
    { name: 'wrong arguments get an error in words, or are fine', run: () => tryAll(subject, wrong, inWords) },
    { name: 'hostile arguments do no harm', run: () => tryAll(subject, hostile, isError) },
  ];
}

async function tryAll(subject: Subject<object>, values: Readonly<Record<string, () => unknown>>, judge: (error: unknown, what: string) => void): Promise<void> {
  const made = stage(subject);
  const stray: unknown[] = [];
  const note = (error: unknown) => void stray.push(error);
  process.on('unhandledRejection', note);
  try {
    for (const { operation, position, given } of await variations(made, subject)) {
      for (const [what, make] of Object.entries(values)) {
        const where = `${operation} with ${what} as argument ${position + 1}`;
        judge(await inTime(made, operation, given.with(position, make()), where), where);
        expect(!('polluted' in {}), `${where} polluted Object.prototype`);
      }
    }
    await new Promise(setImmediate);
    expect(stray.length === 0, `a rejection that nobody handles: ${String(stray[0])}`);
  } finally {
    process.off('unhandledRejection', note);
    made.control[Symbol.dispose]();
  }
}

interface Variation {
  readonly operation: string;
  readonly position: number;
  /** As many as there are parameters. */
  readonly given: readonly unknown[];
}

async function variations({ facts, argumentsOf }: Stage, { spare = {} }: Subject<object>): Promise<readonly Variation[]> {
  const found: Variation[] = [];
  for (const [operation, { params }] of Object.entries(facts)) {
    if (operation in spare) continue;
    const given = await argumentsOf(operation);
    const full = Object.keys(params).map((_, index) => given[index]);
    for (const position of full.keys()) found.push({ operation, position, given: full });
  }
  return found;
}

async function inTime({ operations }: Stage, operation: string, given: readonly unknown[], where: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${where} has not ended after ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([errorOf(() => operations[operation]?.(...given)), late]);
  } finally {
    clearTimeout(timer);
  }
}

function isError(error: unknown, where: string): void {
  expect(error === undefined || error instanceof Error || (error as Partial<Error>).message, `${where} threw what is no error: ${typeof error}`);
}

function inWords(error: unknown, where: string): void {
  isError(error, where);
  const message = (error as Partial<Error> | undefined)?.message ?? '';
  expect(isOwn(error) || !ENGINE.test(message), `${where} fell over it: ${message}`);
}

/** An error of `@suga`'s class, by whichever copy of it. */
function isOwn(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SugaError' && typeof code === 'string';
}

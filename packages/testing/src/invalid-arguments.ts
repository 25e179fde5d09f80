import type { Check, Subject } from './contract.js';
import { assert, catchError, type TestGateway, testGateway } from './test-gateway.js';

const TIMEOUT_MS = 10_000;

/** V8's messages for arguments that an operation did not check. The full forms, because "Cannot use that id" may be an operation's own message. */
const ENGINE_MESSAGE = new RegExp(
  [
    "^Cannot (?:(?:read|set) propert(?:y|ies) of |destructure (?:property )?'|convert (?:undefined or null|object|a (?:BigInt|Symbol) value) to )",
    "^Cannot (?:use 'in' operator |access '|mix BigInt |assign to read only property |(?:add|delete|define) property |redefine property: )",
    '^(?:(?:object|number|string|boolean|symbol|bigint) |\\(intermediate )?[^\\s"]+ is not (?:a function|(?:async )?iterable|a constructor|defined)(?: or its return value| \\(|$)',
    '^(?:Iterator (?:result|value) |Right-hand side of |Spread syntax requires |Reduce of empty array|Invalid array length|Invalid value used (?:as|in) weak |Method \\S+ called on |\\S+ called on (?:null|non-object)|Class constructor \\S+ cannot be invoked|Maximum call stack)',
  ].join('|'),
);

/** Values that callers pass by mistake. The error must explain the problem. */
const wrongValues: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'not a number': () => Number.NaN,
  'a negative number': () => -1,
  infinity: () => Number.POSITIVE_INFINITY,
  'an empty string': () => '',
  'a string': () => 'text',
  'an empty object': () => ({}),
  'an array of nothing': () => [undefined, null],
  true: () => true,
};

/** Values that an attacker sends. Operations must survive them. An error that a value's own trap throws may pass through. */
const hostileValues: Readonly<Record<string, () => unknown>> = {
  'the string __proto__': () => '__proto__',
  'the string constructor': () => 'constructor',
  'a string of 10 MB': () => 'x'.repeat(10 * 2 ** 20),
  'an own __proto__': () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  'a circle': () => {
    const circle: unknown[] = [];
    circle.push(circle, { circle });
    return circle;
  },
  'a symbol': () => Symbol('hostile'),
  'a BigInt': () => 2n ** 70n,
  'a getter that throws': () => Object.defineProperty({}, 'ttl', { enumerable: true, get: throwing }),
  'a toString that throws': () => ({ toString: throwing, toJSON: throwing, valueOf: throwing }),
  'a proxy that throws': () => new Proxy({}, { get: throwing, ownKeys: throwing, has: throwing, getOwnPropertyDescriptor: throwing }),
};

function throwing(): never {
  throw new Error('a trap of the argument');
}

/** Checks of the operations with invalid arguments. */
export function invalidArgumentChecks(subject: Subject<object>): readonly Check[] {
  return [
    { name: 'wrong arguments are accepted, or get an error that explains them', run: () => tryAll(subject, wrongValues, assertInWords) },
    { name: 'hostile arguments do no harm', run: () => tryAll(subject, hostileValues, assertError) },
  ];
}

async function tryAll(
  subject: Subject<object>,
  values: Readonly<Record<string, () => unknown>>,
  assertOutcome: (error: unknown, what: string) => void,
): Promise<void> {
  const gateway = testGateway(subject);
  const unhandled: unknown[] = [];
  const onRejection = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', onRejection);
  try {
    for (const { operation, position, args } of await variations(gateway, subject)) {
      for (const [what, make] of Object.entries(values)) {
        const where = `${operation} with ${what} as argument ${position + 1}`;
        assertOutcome(await withTimeout(gateway, operation, args.with(position, make()), where), where);
        assert(!('polluted' in {}), `${where} polluted Object.prototype`);
      }
    }
    await new Promise(setImmediate);
    assert(unhandled.length === 0, `an unhandled rejection: ${String(unhandled[0])}`);
  } finally {
    process.off('unhandledRejection', onRejection);
    gateway.control[Symbol.dispose]();
  }
}

interface Variation {
  readonly operation: string;
  readonly position: number;
  /** One argument per parameter. */
  readonly args: readonly unknown[];
}

async function variations({ facts, exampleArguments }: TestGateway, { skipInvalidArguments = {} }: Subject<object>): Promise<readonly Variation[]> {
  const all: Variation[] = [];
  for (const [operation, { params }] of Object.entries(facts)) {
    if (operation in skipInvalidArguments) continue;
    const examples = await exampleArguments(operation);
    const full = Object.keys(params).map((_, index) => examples[index]);
    for (const position of full.keys()) all.push({ operation, position, args: full });
  }
  return all;
}

async function withTimeout({ operations }: TestGateway, operation: string, args: readonly unknown[], where: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${where} has not ended after ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([catchError(() => operations[operation]?.(...args)), late]);
  } finally {
    clearTimeout(timer);
  }
}

function assertError(error: unknown, where: string): void {
  assert(error === undefined || error instanceof Error || (error as Partial<Error>).message, `${where} threw a value that is not an Error: ${typeof error}`);
}

function assertInWords(error: unknown, where: string): void {
  assertError(error, where);
  const message = (error as Partial<Error> | undefined)?.message ?? '';
  assert(
    isOwnError(error) || !ENGINE_MESSAGE.test(message),
    `${where} failed with an error of the engine: ${message}. Check the argument, and throw an error that explains the problem.`,
  );
}

/** Whether the error is a `SugaError`. Packages bundle copies of this class, so the name and code decide. */
function isOwnError(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SugaError' && typeof code === 'string';
}

import { type Counted, counted } from './access.ts';
import { Answer, type Call, Fault } from './server.ts';

/** A function in the fake's account. */
export interface FakeFunction {
  readonly memoryMb: number;
  /** Time limit in seconds. */
  readonly timeout: number;
  /** Reserved concurrency. */
  concurrency?: number | undefined;
  tags?: Readonly<Record<string, string>>;
  /** Environment variables. Undefined if the function has none. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface FakeMapping {
  /** The name of the function. If the mapping belongs to an alias, `:` and the alias follow. */
  readonly function: string;
  enabled: boolean;
  /** Time, by `now`, when the last change of the mapping is complete. */
  readyAt: number;
}

/** A fake control plane of Lambda with its controls for a test. */
export interface FakeLambda extends Counted {
  readonly functions: Map<string, FakeFunction>;
  /** Event-source mappings by id. */
  readonly mappings: Map<string, FakeMapping>;
  /** Payloads of `Invoke`, in order. */
  readonly invocations: { readonly function: string; readonly payload: unknown }[];
  readonly settings: {
    /** The concurrency limit of the account. @default 1000 */
    concurrency: number;
    /** Number of functions or mappings per page. @default 50 */
    page: number;
    /** Milliseconds that a mapping takes to change. A change during that time fails with `ResourceInUseException`. @default 0 */
    changeMs: number;
    now: () => number;
  };
}

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:';
/** The concurrency that must remain for functions without a reservation. */
const UNRESERVED = 100;

/** Functions, their reserved concurrency, their event-source mappings, and `Invoke`, within AWS's limits. */
export function lambdaControl(initial: Readonly<Record<string, FakeFunction>> = {}): FakeLambda {
  const account: Account = {
    functions: new Map(Object.entries(initial).map(([name, each]) => [name, { ...each }])),
    mappings: new Map(),
    invocations: [],
    settings: { concurrency: 1000, page: 50, changeMs: 0, now: Date.now },
  };
  return counted(
    {
      'GET /2015-03-31/functions': ['lambda:ListFunctions', (call) => list(account, call)],
      'GET /2015-03-31/functions/': ['lambda:ListFunctions', (call) => list(account, call)],
      'GET /2019-09-30/functions/*/concurrency': ['lambda:GetFunctionConcurrency', (call) => reservation(find(account, call).concurrency)],
      'PUT /2017-10-31/functions/*/concurrency': ['lambda:PutFunctionConcurrency', (call) => reserve(account, call)],
      'DELETE /2017-10-31/functions/*/concurrency': ['lambda:DeleteFunctionConcurrency', (call) => free(account, call)],
      'GET /2015-03-31/event-source-mappings': ['lambda:ListEventSourceMappings', (call) => listMappings(account, call)],
      'PUT /2015-03-31/event-source-mappings/*': ['lambda:UpdateEventSourceMapping', (call) => changeMapping(account, call)],
      'GET /2017-03-31/tags/*': ['lambda:ListTags', (call) => ({ Tags: find(account, call).tags ?? {} })],
      'POST /2017-03-31/tags/*': ['lambda:TagResource', (call) => tag(account, call)],
      'DELETE /2017-03-31/tags/*': ['lambda:UntagResource', (call) => untag(account, call)],
      'POST /2015-03-31/functions/*/invocations': ['lambda:InvokeFunction', (call) => invoke(account, call)],
    },
    account,
  );
}

type Account = Pick<FakeLambda, 'functions' | 'mappings' | 'invocations' | 'settings'>;

function list({ functions, settings }: Account, { query }: Call): object {
  const names = Array.from(functions.keys());
  const start = query.get('Marker') ? names.indexOf(String(query.get('Marker'))) : 0;
  if (start < 0) throw new Fault('InvalidParameterValueException', 'Invalid value for parameter Marker.');
  const Functions = names.slice(start, start + settings.page).map((name) => {
    const { memoryMb, timeout, environment } = functions.get(name) as FakeFunction;
    return {
      FunctionName: name,
      FunctionArn: ARN + name,
      MemorySize: memoryMb,
      Timeout: timeout,
      ...(environment && { Environment: { Variables: environment } }),
    };
  });
  return { Functions, NextMarker: names[start + settings.page] ?? null };
}

const nameOf = ({ operation }: Call): string => decodeURIComponent(/\/(?:functions|tags)\/([^/]+)/.exec(operation)?.[1] ?? '').replace(ARN, '');

function find({ functions }: Account, call: Call): FakeFunction {
  const found = functions.get(nameOf(call));
  if (found) return found;
  throw new Fault('ResourceNotFoundException', `Function not found: ${ARN}${nameOf(call)}`, 404);
}

const reservation = (concurrency: number | undefined): object => (concurrency === undefined ? {} : { ReservedConcurrentExecutions: concurrency });

function reserve(account: Account, call: Call): object {
  const each = find(account, call);
  const asked = call.input['ReservedConcurrentExecutions'];
  if (!Number.isInteger(asked) || Number(asked) < 0) throw new Fault('InvalidParameterValueException', 'ReservedConcurrentExecutions must be a number from 0.');
  const others = Array.from(account.functions.values()).reduce((sum, other) => sum + (other === each ? 0 : (other.concurrency ?? 0)), 0);
  if (Number(asked) > 0 && account.settings.concurrency - others - Number(asked) < UNRESERVED) {
    const text = `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`;
    throw new Fault('InvalidParameterValueException', text);
  }
  each.concurrency = Number(asked);
  return reservation(each.concurrency);
}

function free(account: Account, call: Call): Answer {
  find(account, call).concurrency = undefined;
  return new Answer('', {}, 204);
}

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function tag(account: Account, call: Call): Answer {
  const each = find(account, call);
  const given = (call.input['Tags'] ?? {}) as Readonly<Record<string, string>>;
  const isFine = ([key, value]: readonly [string, string]): boolean =>
    key.length >= 1 && key.length <= 128 && value.length <= 256 && TAG.test(key) && TAG.test(value);
  const tags = { ...each.tags, ...given };
  if (!Object.entries(given).every(isFine) || Object.keys(tags).length > 50) throw new Fault('InvalidParameterValueException', 'Invalid tags.');
  each.tags = tags;
  return new Answer('', {}, 204);
}

function untag(account: Account, call: Call): Answer {
  const each = find(account, call);
  const keys = call.query.getAll('tagKeys');
  each.tags = Object.fromEntries(Object.entries(each.tags ?? {}).filter(([key]) => !keys.includes(key)));
  return new Answer('', {}, 204);
}

const described = ([UUID, { function: name, enabled }]: readonly [string, FakeMapping]): object => ({
  UUID,
  FunctionArn: ARN + name,
  State: enabled ? 'Enabled' : 'Disabled',
});

/** Lists the mappings of one function, or all of them in pages. A name without an alias does not include the aliases' mappings. */
function listMappings({ mappings, settings }: Account, { query }: Call): object {
  const name = query.get('FunctionName')?.replace(ARN, '');
  const chosen = Array.from(mappings).filter(([, { function: of }]) => name === undefined || of === name);
  const start = Number(query.get('Marker') ?? 0);
  const next = start + settings.page;
  return { EventSourceMappings: chosen.slice(start, next).map(described), NextMarker: next < chosen.length ? String(next) : null };
}

function changeMapping({ mappings, settings }: Account, { operation, input }: Call): Answer {
  const id = operation.slice(operation.lastIndexOf('/') + 1);
  const mapping = mappings.get(id);
  if (!mapping) throw new Fault('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  if (mapping.readyAt > settings.now()) {
    throw new Fault('ResourceInUseException', 'Cannot update the event source mapping because it is in use.', 400);
  }
  mapping.enabled = input['Enabled'] === true;
  mapping.readyAt = settings.now() + settings.changeMs;
  return new Answer(JSON.stringify(described([id, mapping])), {}, 202);
}

function invoke(account: Account, call: Call): Answer {
  const { concurrency } = find(account, call);
  if (concurrency === 0) throw new Fault('TooManyRequestsException', 'Rate Exceeded.', 429);
  account.invocations.push({ function: nameOf(call), payload: call.input });
  return new Answer('', {}, 202);
}

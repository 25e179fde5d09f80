import { type Access, denial, invalid, KEY, openAccess } from './access.ts';
import type { Call, Service } from './server.ts';

/** A parameter: a plain or an encrypted string. Versions count from 1, and the last one is current. */
export interface StoredParameter {
  readonly value: string;
  readonly secure?: boolean;
}

/** A fake Parameter Store with its controls for a test. */
export interface FakeParameterStore extends Access {
  readonly service: Service;
  /** Adds a version. */
  put(name: string, value: string | StoredParameter): void;
}

const NAME = /^(?!\/?(?:aws|ssm)(?![\w.-]*\/reference))[\w.\-/]{1,1011}$/i;
const arnOf = (name: string): string => `arn:aws:ssm:eu-west-1:123456789012:parameter/${name.replace(/^\//, '')}`;

/** `GetParameters` and `GetParametersByPath`, with the limits and errors of the real operations. */
export function parameterStore(initial: Readonly<Record<string, string | StoredParameter>> = {}): FakeParameterStore {
  const versions = new Map<string, StoredParameter[]>();
  const store: FakeParameterStore = {
    ...openAccess(),
    put: (name, value) => void versions.set(name, [...(versions.get(name) ?? []), typeof value === 'string' ? { value } : value]),
    service: {
      'AmazonSSM.GetParameters': async (call) => (await store.before(call.operation), getParameters(versions, store, call)),
      'AmazonSSM.GetParametersByPath': async (call) => (await store.before(call.operation), byPath(versions, store, call)),
    },
  };
  for (const [name, value] of Object.entries(initial)) store.put(name, value);
  return store;
}

type Versions = ReadonlyMap<string, readonly StoredParameter[]>;

function getParameters(versions: Versions, access: Access, { input }: Call): object {
  const { Names: names, WithDecryption = false } = input as { Names?: string[]; WithDecryption?: boolean };
  if (!names?.length || names.length > 10) throw invalid("1 validation error detected: Value at 'names' failed to satisfy constraint: length between 1 and 10");
  if (new Set(names).size < names.length) throw invalid('Parameter names must be unique.');
  const asked = names.map((name) => ({ name, ...split(name) }));
  for (const { plain } of asked) if (!NAME.test(plain)) throw invalid('Parameter name: can\'t be prefixed with "ssm" (case-insensitive).');
  for (const { plain } of asked) if (access.denied.has(plain)) throw denial('ssm:GetParameters', arnOf(plain));
  const found = asked.map(({ name, plain, selector }) => ({ name, parameter: find(versions, plain, selector) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter ? [toAnswer(parameter, access, WithDecryption)] : [])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter ? [] : [name])),
  };
}

function byPath(versions: Versions, access: Access, { input }: Call): object {
  const { Path = '', Recursive = false, WithDecryption = false, MaxResults = 10, NextToken } = input as Record<string, string> & { MaxResults?: number };
  if (!Path.startsWith('/')) throw invalid('The parameter path must begin with a slash.');
  if (MaxResults < 1 || MaxResults > 10) throw invalid("Value at 'maxResults' failed to satisfy constraint: between 1 and 10");
  if (access.denied.has(Path)) throw denial('ssm:GetParametersByPath', arnOf(Path));
  const below = Path.endsWith('/') ? Path : `${Path}/`;
  const names = [...versions.keys()].filter((name) => name.startsWith(below) && (Recursive || !name.slice(below.length).includes('/'))).sort();
  const start = NextToken === undefined ? 0 : names.indexOf(NextToken);
  if (start < 0) throw invalid('The specified token is not valid.', 'InvalidNextToken');
  const page = names.slice(start, start + MaxResults);
  const next = names[start + MaxResults];
  const all = page.flatMap((name) => find(versions, name, '') ?? []);
  return { Parameters: all.map((each) => toAnswer(each, access, Boolean(WithDecryption))), ...(next !== undefined && { NextToken: next }) };
}

/** Splits a name or ARN into the part without its version, and the version. */
function split(name: string): { readonly plain: string; readonly selector: string } {
  const [, path = name] = /^arn:aws:ssm:[^:]*:[^:]*:parameter(\/.*)$/.exec(name) ?? [];
  const [plain = '', version] = path.split(':');
  return { plain, selector: version === undefined ? '' : `:${version}` };
}

interface Found {
  readonly name: string;
  readonly selector: string;
  readonly parameter: StoredParameter;
  readonly version: number;
}

function find(versions: Versions, plain: string, selector: string): Found | undefined {
  const all = versions.get(plain) ?? [];
  const version = selector === '' ? all.length : Number(selector.slice(1));
  const parameter = all[version - 1];
  return parameter && { name: plain, selector, parameter, version };
}

function toAnswer({ name, selector, parameter: { value, secure }, version }: Found, access: Access, decrypt: boolean): object {
  if (secure && decrypt && access.keyDenied.has(name)) throw denial('kms:Decrypt', KEY);
  const Value = secure && !decrypt ? Buffer.from(`encrypted:${value}`).toString('base64') : value;
  const Type = secure ? 'SecureString' : 'String';
  return { Name: name, ARN: arnOf(name), Type, Value, Version: version, DataType: 'text', ...(selector && { Selector: selector }) };
}

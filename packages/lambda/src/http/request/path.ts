import { isString, type JsonObject, toJsonObject } from '../../json/json-object.js';

/** How a path is read from one kind of event. */
export interface PathAdapter {
  /** As the source gives it, without an API's stage and without a query. */
  path(event: JsonObject): string;
  /** The path below the base path of a custom domain's mapping; `undefined` if the event does not tell. */
  resourcePath?(event: JsonObject): string | undefined;
}

/**
 * The path that routes are found by.
 * @param prefixes The base paths that are left out; without them, the event tells.
 */
export function routingPath(adapter: PathAdapter, event: JsonObject, prefixes: readonly string[] | undefined): string {
  const path = prefixes ? withoutBasePath(adapter.path(event), prefixes) : (adapter.resourcePath?.(event) ?? adapter.path(event));
  return path.startsWith('/') ? path : `/${path}`;
}

/** REST APIs, and HTTP APIs with payload 1.0. */
export const payload1Path: PathAdapter = {
  // A REST API leaves the stage out; an HTTP API has it in, and says its version.
  path: (event) => (event['version'] === '1.0' ? withoutStage(text(event['path']), contextOf(event)['stage']) : text(event['path'])),
  // Behind a custom domain the context's path is the same; elsewhere it has the stage before it.
  resourcePath: (event) => (contextOf(event)['path'] === event['path'] ? resourcePath(text(event['path']), event['resource'], event) : undefined),
};

/** HTTP APIs with payload 2.0, and function URLs. */
export const payload2Path: PathAdapter = {
  path: (event) => withoutStage(text(event['rawPath']), contextOf(event)['stage']),
  resourcePath: (event) => {
    const [, resource] = text(event['routeKey']).split(' ');
    return resource === '/' ? undefined : resourcePath(text(event['rawPath']), resource, event);
  },
};

/** A value that is text, else an empty one. */
export const text = (value: unknown): string => (isString(value) ? value : '');

export const contextOf = (event: JsonObject): JsonObject => toJsonObject(event['requestContext']);

/** An HTTP API puts the stage before the path unless it is `$default`. */
const withoutStage = (path: string, stage: unknown): string =>
  typeof stage !== 'string' || stage === '' || stage === '$default' ? path : withoutPrefix(path, `/${stage}`);

/** A path without the first prefix that it begins with, as whole segments. */
function withoutBasePath(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((each) => withoutPrefix(path, each) !== path);
  return prefix === undefined ? path : withoutPrefix(path, prefix);
}

/** Base paths as users write them, for `routingPath`: the longest first, each with a slash before it and none after it. */
export const toPrefixes = (basePath: string | readonly string[]): readonly string[] =>
  [basePath]
    .flat()
    .map((each) => `/${each.replace(slashes, '')}`)
    .filter((each) => each !== '/')
    .sort((a, b) => b.length - a.length);

const slashes = /^\/+|\/+$/g;

function withoutPrefix(path: string, prefix: string): string {
  if (!path.startsWith(prefix)) return path;
  const rest = path.slice(prefix.length);
  return rest === '' || rest.startsWith('/') ? rest : path;
}

/**
 * The end of a path that is the API's own: its resource (`/users/{id}`) with the parameters filled in. Before it may stand a stage,
 * and the base path of a custom domain's mapping, which the event does not have by itself.
 * @returns `undefined` if the path does not end with the resource
 */
function resourcePath(path: string, resource: unknown, { pathParameters }: JsonObject): string | undefined {
  if (typeof resource !== 'string' || !resource.startsWith('/')) return undefined;
  const parameters = toJsonObject(pathParameters);
  const own = resource.replace(parameter, (whole, name: string) => (typeof parameters[name] === 'string' ? (parameters[name] as string) : whole));
  // Parameters may come decoded beside a path that is not.
  for (const convert of [String, decodeText]) {
    const [all, end] = [convert(path), convert(own)].map((each) => (each.endsWith('/') ? each.slice(0, -1) : each)) as [string, string];
    const prefix = all.slice(0, all.length - end.length);
    if (all.endsWith(end) && path.startsWith(prefix)) return path.slice(prefix.length);
  }
  return undefined;
}

// RFC 3986, 3.3.
const noPathCharacter = /[^\w.~!$&'()*+,;=:@/%-]/;

/** Whether a path may stand in a URL as it is. */
export function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return !noPathCharacter.test(path);
  } catch {
    return false;
  }
}

const parameter = /\{([^}+]+)\+?\}/g;

/** Text without its percent-encoding; as it is if that is not correct. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

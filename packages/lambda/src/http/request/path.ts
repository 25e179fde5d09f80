import { isString, type JsonObject, toJsonObject } from '../../json/json-object.js';

/** Reads the path from one kind of event. */
export interface PathAdapter {
  /** Path as the source sends it, without the stage of an API and without a query. */
  path(event: JsonObject): string;
  /** Path below the base path of a custom domain. `undefined` if it cannot be derived from the event. */
  resourcePath?(event: JsonObject): string | undefined;
}

/**
 * Returns the path by which routes are found.
 * @param prefixes base paths to remove; if undefined, the base path is derived from the event
 */
export function routingPath(adapter: PathAdapter, event: JsonObject, prefixes: readonly string[] | undefined): string {
  const path = prefixes ? withoutBasePath(adapter.path(event), prefixes) : (adapter.resourcePath?.(event) ?? adapter.path(event));
  return path.startsWith('/') ? path : `/${path}`;
}

/** REST APIs, and HTTP APIs with payload 1.0. */
export const payload1Path: PathAdapter = {
  // The event of a REST API has the path without the stage. That of an HTTP API includes the stage, and has a version.
  path: (event) => (event['version'] === '1.0' ? withoutStage(text(event['path']), contextOf(event)['stage']) : text(event['path'])),
  // Behind a custom domain, the path in the context is the same. On the API's own domain it has the stage before it.
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

/** Returns the value if it is a string, else an empty string. */
export const text = (value: unknown): string => (isString(value) ? value : '');

export const contextOf = (event: JsonObject): JsonObject => toJsonObject(event['requestContext']);

/** Removes the stage, which an HTTP API puts before the path unless it is `$default`. */
const withoutStage = (path: string, stage: unknown): string =>
  typeof stage !== 'string' || stage === '' || stage === '$default' ? path : withoutPrefix(path, `/${stage}`);

/** Removes the first prefix with which the path starts. Only whole segments count. */
function withoutBasePath(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((each) => withoutPrefix(path, each) !== path);
  return prefix === undefined ? path : withoutPrefix(path, prefix);
}

/** Converts base paths as users write them to prefixes for `routingPath`: longest first, each with a slash before it and none after it. */
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
 * Returns the end of the path that belongs to the API itself: its resource (`/users/{id}`) with the parameters filled in. Before it there may
 * be a stage and the base path of a custom domain, which the event does not have in a field.
 * @returns `undefined` if the path does not end with the resource
 */
function resourcePath(path: string, resource: unknown, { pathParameters }: JsonObject): string | undefined {
  if (typeof resource !== 'string' || !resource.startsWith('/')) return undefined;
  const parameters = toJsonObject(pathParameters);
  const own = resource.replace(parameter, (whole, name: string) => (typeof parameters[name] === 'string' ? (parameters[name] as string) : whole));
  // Parameters may be decoded although the path is not.
  for (const convert of [String, decodeText]) {
    const [all, end] = [convert(path), convert(own)].map((each) => (each.endsWith('/') ? each.slice(0, -1) : each)) as [string, string];
    const prefix = all.slice(0, all.length - end.length);
    if (all.endsWith(end) && path.startsWith(prefix)) return path.slice(prefix.length);
  }
  return undefined;
}

// RFC 3986, 3.3.
const noPathCharacter = /[^\w.~!$&'()*+,;=:@/%-]/;

/** Whether a path is valid in a URL as it is. */
export function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return !noPathCharacter.test(path);
  } catch {
    return false;
  }
}

const parameter = /\{([^}+]+)\+?\}/g;

/** Decodes percent-encoded text. Text that is not correctly encoded is returned as it is. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

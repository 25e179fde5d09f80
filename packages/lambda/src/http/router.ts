import { LambdaError } from '../errors.js';
import type { HttpRequest } from './request/request.js';

/** Loaded for a route key with unusual characters. */
const keyProblems = (): typeof import('./key-problem.js') => require('./key-problem.js');

/** Methods of route keys. `ANY` matches every method for which the path has no route of its own. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'ANY';

/** A method and a path in the notation of API Gateway: `'GET /devices/{id}'`, `'ANY /files/{path+}'`. */
export type RouteKey = `${Method} /${string}`;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | Names<Rest>
  : never;

/** Parameters of a route, derived from its key: `{ id: string }` for `'GET /devices/{id}'`. */
export type Params<Key extends string> = { readonly [Name in Names<Key>]: string };

/**
 * Handles the requests of a route. Its result becomes the response: a plain value (sent as JSON), `undefined` (204), bytes, a stream, a
 * `Response`, a response in Lambda's proxy format (`{ statusCode, headers, body }`), or `reply(…)` to set a status, headers or cookies.
 */
export type RouteHandler<Key extends string = string> = (request: HttpRequest<Params<Key>>) => unknown;

/** Names that a route table must not have. Otherwise an app that does not return a Response would be accepted as a table without routes. */
type AppName = 'fetch' | 'apply';

/** Route handlers by method and path. It is one mapped type, because TypeScript before 5.7 infers no keys through an intersection. */
export type Routes<Key extends RouteKey = RouteKey> = { readonly [Each in Key | AppName]?: Each extends RouteKey ? RouteHandler<Each> : never };

/** A route handler without the types of its parameters. */
export type AnyRoute = (request: HttpRequest) => unknown;

/** The route for a path and a method, or the methods for which the path has routes. */
export type RouteMatch =
  | { readonly key: string; readonly route: AnyRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly allowed: ReadonlySet<string> };

interface Leaf {
  readonly key: string;
  readonly route: AnyRoute;
  readonly names: readonly string[];
}

interface Node {
  readonly next: Map<string, Node>;
  param: Node | undefined;
  readonly leaves: Map<string, Leaf>;
  readonly greedy: Map<string, Leaf>;
}

const createNode = (): Node => ({ next: new Map(), param: undefined, leaves: new Map(), greedy: new Map() });

/** Finds routes. A literal segment takes precedence over `{name}`, and `{name}` over `{name+}`. Routes without the method are skipped. */
export class Router {
  private readonly root: Node = createNode();

  constructor(routes: Readonly<Record<string, unknown>>) {
    for (const [key, route] of Object.entries(routes)) this.add(key, route);
  }

  /** @param segments decoded segments of the path */
  find(method: string, segments: readonly string[]): RouteMatch {
    const allowed = new Set<string>();
    const values: string[] = [];
    const leaf = search(this.root, segments, 0, { method, allowed, values });
    if (!leaf) return { allowed };
    const params: Record<string, string> = {};
    for (const [at, name] of leaf.names.entries()) params[name] = values[at] as string;
    return { key: leaf.key, route: leaf.route, params };
  }

  /** Returns the methods for which a path has routes. `ANY` stands for all methods. */
  methods(segments: readonly string[]): ReadonlySet<string> {
    const allowed = new Set<string>();
    search(this.root, segments, 0, { method: '', allowed, values: [] });
    return allowed;
  }

  private add(key: string, route: unknown): void {
    const [, method, path] = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) (\/\S*)$/.exec(key) ?? [];
    if (!method || !path || typeof route !== 'function') throw invalid(key, 'expected a key like "GET /devices/{id}" and a function');
    const names: string[] = [];
    let node = this.root;
    let { leaves } = node;
    for (const segment of path.slice(1).split('/')) {
      if (leaves === node.greedy) throw invalid(key, 'nothing may follow {name+}');
      const [, name, plus] = /^\{([A-Za-z_]\w*)(\+?)\}$/.exec(segment) ?? [];
      const problem = name === undefined && unusual.test(segment) ? keyProblems().keyProblem(segment) : undefined;
      if (problem) throw invalid(key, problem);
      if (name !== undefined && (names.includes(name) || name === '__proto__')) throw invalid(key, `the name {${name}} is used twice or reserved`);
      if (name !== undefined) names.push(name);
      if (!plus) node = name === undefined ? child(node, segment) : (node.param ??= createNode());
      leaves = plus ? node.greedy : node.leaves;
    }
    if (leaves.has(method)) throw invalid(key, 'another route already takes the same method and path');
    leaves.set(method, { key, route: route as AnyRoute, names });
  }
}

interface Search {
  /** Empty to match no route, so that all routes of the path are visited. */
  readonly method: string;
  readonly allowed: Set<string>;
  /** Values of the parameters so far. */
  readonly values: string[];
}

/** Searches the tree. It visits each node at most once, because the depth of a node is its position in the path. */
function search(node: Node, segments: readonly string[], at: number, wanted: Search): Leaf | undefined {
  const segment = segments[at];
  if (segment === undefined) return pick(node.leaves, wanted);
  const literal = node.next.get(segment);
  const found = literal && search(literal, segments, at + 1, wanted);
  if (found || segment === '') return found;
  wanted.values.push(segment);
  const byParam = node.param && search(node.param, segments, at + 1, wanted);
  if (byParam) return byParam;
  wanted.values.pop();
  const greedy = node.greedy.size > 0 ? pick(node.greedy, wanted) : undefined;
  if (greedy) wanted.values.push(segments.slice(at).join('/'));
  return greedy;
}

function pick(leaves: ReadonlyMap<string, Leaf>, { method, allowed }: Search): Leaf | undefined {
  const leaf = leaves.get(method) ?? (method === 'HEAD' ? leaves.get('GET') : undefined) ?? (method === '' ? undefined : leaves.get('ANY'));
  if (!leaf) for (const known of leaves.keys()) allowed.add(known);
  if (!leaf && leaves.has('GET')) allowed.add('HEAD');
  return leaf;
}

function child(node: Node, segment: string): Node {
  const key = decodeURIComponent(segment);
  let next = node.next.get(key);
  if (!next) node.next.set(key, (next = createNode()));
  return next;
}

/** Characters that may be part of another router's notation for parameters. */
const unusual = /[^\w.~-]/;

const invalid = (key: string, problem: string): LambdaError => new LambdaError('InvalidOptions', `Route "${key}": ${problem}.`);

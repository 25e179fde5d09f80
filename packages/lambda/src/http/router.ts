import { LambdaError } from '../errors.js';
import type { HttpRequest } from './request/request.js';

/** Loaded for a route's key with unusual characters. */
const keyProblems = (): typeof import('./key-problem.js') => require('./key-problem.js');

/** The methods a route key may begin with; `ANY` takes every method that the path has no route of its own for. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'ANY';

/** A method and a path as API Gateway writes them: `'GET /devices/{id}'`, `'ANY /files/{path+}'`. */
export type RouteKey = `${Method} /${string}`;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | Names<Rest>
  : never;

/** A route's parameters, read from its key: `{ id: string }` for `'GET /devices/{id}'`. */
export type Params<Key extends string> = { readonly [Name in Names<Key>]: string };

/**
 * Answers requests. The result is the answer: a plain value as JSON, `undefined` as 204, bytes, a stream, a `Response`, a
 * response in Lambda's proxy format (`{ statusCode, headers, body }`), or `reply(…)` for a status, headers or cookies of its own.
 */
export type RouteHandler<Key extends string = string> = (request: HttpRequest<Params<Key>>) => unknown;

/** Names that a route table does not have: an app that returns no Response would else pass for a table without routes. */
type AppName = 'fetch' | 'apply';

/** Route handlers by method and path. One mapped type: TypeScript before 5.7 infers no keys through an intersection. */
export type Routes<Key extends RouteKey = RouteKey> = { readonly [Each in Key | AppName]?: Each extends RouteKey ? RouteHandler<Each> : never };

/** A route handler with its parameters' types erased. */
export type AnyRoute = (request: HttpRequest) => unknown;

/** What a path leads to: the route, or which methods there would be one for. */
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

/** Finds routes. A literal segment goes before `{name}`, and that before `{name+}`; a route without the method is passed over. */
export class Router {
  private readonly root: Node = createNode();

  constructor(routes: Readonly<Record<string, unknown>>) {
    for (const [key, route] of Object.entries(routes)) this.add(key, route);
  }

  /** @param segments The path's, decoded. */
  find(method: string, segments: readonly string[]): RouteMatch {
    const allowed = new Set<string>();
    const values: string[] = [];
    const leaf = search(this.root, segments, 0, { method, allowed, values });
    if (!leaf) return { allowed };
    const params: Record<string, string> = {};
    for (const [at, name] of leaf.names.entries()) params[name] = values[at] as string;
    return { key: leaf.key, route: leaf.route, params };
  }

  /** The methods that a path has routes for; `ANY` among them says all. */
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
      if (name !== undefined && (names.includes(name) || name === '__proto__')) throw invalid(key, `{${name}} cannot be used here`);
      if (name !== undefined) names.push(name);
      if (!plus) node = name === undefined ? child(node, segment) : (node.param ??= createNode());
      leaves = plus ? node.greedy : node.leaves;
    }
    if (leaves.has(method)) throw invalid(key, 'another route already takes the same method and path');
    leaves.set(method, { key, route: route as AnyRoute, names });
  }
}

interface Search {
  /** Empty to find none, and visit all. */
  readonly method: string;
  readonly allowed: Set<string>;
  /** What the parameters on the way here stand for. */
  readonly values: string[];
}

/** Visits every node at most once: a node's depth is its place in the path. */
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

/** Characters that may belong to another router's notation of a parameter. */
const unusual = /[^\w.~-]/;

const invalid = (key: string, problem: string): LambdaError => new LambdaError('InvalidOptions', `Route "${key}": ${problem}.`);

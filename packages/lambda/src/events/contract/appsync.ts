import type { AppSyncIdentity, AppSyncResolverEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';
import type { BatchRoute } from './routes.js';

/** AppSync's request to resolve a field. */
export interface AppsyncRequest<Args extends object = Readonly<Record<string, unknown>>, Source = Readonly<Record<string, unknown>> | null> {
  /** The parent type: `Query`, `Mutation`, `Post`. */
  readonly type: string;
  readonly field: string;
  readonly args: Args;
  /** The parent object. `null` for a field of `Query`, `Mutation` or `Subscription`. */
  readonly source: Source;
  readonly identity: AppSyncIdentity;
  /** Headers of the request, by name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Paths of the fields that the client selected: `id`, `author/name`. */
  readonly selection: readonly string[];
  readonly event: AppSyncResolverEvent<Args, Source>;
}

// The handlers are typed as methods, so that they may declare narrower arguments than `Record<string, unknown>`.
/** Resolves a field. The result is the value of the field. The name and the message of a thrown error are sent to the client. */
export type AppsyncHandler = { handle(request: AppsyncRequest, invocation: LambdaInvocation): unknown }['handle'];

/** Resolves a field for all objects of a batch. Returns one result per request, in the same order. An `Error` as a result fails the field of its object. */
export type AppsyncBatchHandler = {
  handle(requests: readonly AppsyncRequest[], invocation: LambdaInvocation): readonly unknown[] | PromiseLike<readonly unknown[]>;
}['handle'];

/** Resolvers by type and field: `'Query.getPost'`. */
export type AppsyncRoutes = Readonly<Record<`${string}.${string}`, AppsyncHandler | BatchRoute<AppsyncBatchHandler>>>;

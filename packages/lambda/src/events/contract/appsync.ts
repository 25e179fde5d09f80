import type { AppSyncIdentity, AppSyncResolverEvent } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';
import type { BatchRoute } from './routes.js';

/** A field that AppSync asks for. */
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

// Methods, so that a handler may ask for narrower arguments than `Record<string, unknown>`.
/** Resolves a field. The result is its value; the name and the message of a thrown error go to the client. */
export type AppsyncHandler = { handle(request: AppsyncRequest, invocation: LambdaInvocation): unknown }['handle'];

/** Resolves a field for all objects of a batch: as many results as requests, in their order. An `Error` among them fails that object's field. */
export type AppsyncBatchHandler = {
  handle(requests: readonly AppsyncRequest[], invocation: LambdaInvocation): readonly unknown[] | PromiseLike<readonly unknown[]>;
}['handle'];

/** Resolvers by type and field: `'Query.getPost'`. */
export type AppsyncRoutes = Readonly<Record<`${string}.${string}`, AppsyncHandler | BatchRoute<AppsyncBatchHandler>>>;

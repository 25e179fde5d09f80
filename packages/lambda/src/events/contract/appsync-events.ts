import type { AppSyncIdentity } from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';
import type { BatchRoute } from './routes.js';

/** The event that AppSync sends for a channel. */
export interface AppsyncEventsContext {
  readonly identity: AppSyncIdentity;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly domainName: string | null };
  readonly info: {
    readonly channel: { readonly path: string; readonly segments: readonly string[] };
    readonly channelNamespace: { readonly name: string };
    readonly operation: 'PUBLISH' | 'SUBSCRIBE';
  };
  /** Messages to publish. `null` for a subscription. */
  readonly events: readonly { readonly id: string; readonly payload: unknown }[] | null;
  readonly stash?: Readonly<Record<string, unknown>>;
}

/** A client's request to subscribe to a channel. */
export interface AppsyncSubscription {
  /** The path of the channel: `/chat/lobby`, or `/chat/*` for a subscription to all channels below `/chat`. */
  readonly channel: string;
  readonly namespace: string;
  /** Values of the parameters in the route's key, such as `{room}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly identity: AppSyncIdentity;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: AppsyncEventsContext;
}

/** A message that a client publishes to a channel. */
export interface AppsyncMessage<Payload = unknown> extends AppsyncSubscription {
  readonly id: string;
  readonly payload: Payload;
}

/** The response for one message: the payload to broadcast, or the reason why it is rejected. */
export type AppsyncOutgoing = { readonly id: string; readonly payload: unknown } | { readonly id: string; readonly error: string };

// The handlers are typed as methods, so that they may declare a narrower payload than `unknown`.
/** Called per message. The result is broadcast instead of the payload; without a result, the payload stays. A thrown error rejects the message. */
export type AppsyncPublishHandler = { handle(message: AppsyncMessage, invocation: LambdaInvocation): unknown }['handle'];

/**
 * Called with all messages of a request. The items of the result are broadcast; a message that is missing in the result is not. The result
 * has at most one item per message, with the id of the message. An item that is too large for AppSync rejects its message.
 */
export type AppsyncPublishBatchHandler = {
  handle(messages: readonly AppsyncMessage[], invocation: LambdaInvocation): readonly AppsyncOutgoing[] | PromiseLike<readonly AppsyncOutgoing[]>;
}['handle'];

/** Called for a subscription. Return nothing to allow it; throw an error or return `{ error }` to refuse it. */
export type AppsyncSubscribeHandler = { handle(subscription: AppsyncSubscription, invocation: LambdaInvocation): unknown }['handle'];

/** Handlers by operation and channel: `'PUBLISH /chat/{room}'`, `'SUBSCRIBE /chat/*'`. */
export type AppsyncEventsRoutes = Readonly<
  Record<`PUBLISH /${string}`, AppsyncPublishHandler | BatchRoute<AppsyncPublishBatchHandler>> & Record<`SUBSCRIBE /${string}`, AppsyncSubscribeHandler>
>;

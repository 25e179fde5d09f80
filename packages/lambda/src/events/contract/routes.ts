/** A route that handles all items of an event at once. */
export interface BatchRoute<Handler> {
  readonly batch: Handler;
}

/** Routes of a kind of event, without the types of their handlers. */
export type RouteTable = Readonly<Record<string, unknown>>;

/** A route that takes all items of an event at once. */
export interface BatchRoute<Handler> {
  readonly batch: Handler;
}

/** Routes of a kind of event, with the types of their handlers erased. */
export type RouteTable = Readonly<Record<string, unknown>>;

import type { Clients } from './clients.js';

/** Calls one action, named so that a missing permission can be told. */
export type Caller = <T>(action: string, work: (all: Clients) => Promise<T>) => Promise<T>;

/** The ARN of a function of the region; undefined if there is none of that name. */
export type ArnOf = (name: string) => Promise<string | undefined>;

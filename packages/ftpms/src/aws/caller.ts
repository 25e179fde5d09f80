import type { Clients } from './clients.js';

/** Calls one action. An error about a missing permission names the action. */
export type Caller = <T>(action: string, work: (all: Clients) => Promise<T>) => Promise<T>;

/** Returns the ARN of a function of the region, or undefined if no function has that name. */
export type ArnOf = (name: string) => Promise<string | undefined>;

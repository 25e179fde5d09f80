/** The open door: what `execute` needs. Most cold starts never do. */
export const door = (): typeof import('./door.js') => require('./door.js');

/** What to say when something is wrong. */
export const faults = (): typeof import('./faults.js') => require('./faults.js');

/** What counts iterators and streams. */
export const streams = (): typeof import('./streams.js') => require('./streams.js');

/** What changes operations while the gateway runs. */
export const changes = (): typeof import('./changes.js') => require('./changes.js');

/** Runs parts of invocations, such as the records of a batch. */
export const scopes = (): typeof import('./scopes.js') => require('./scopes.js');

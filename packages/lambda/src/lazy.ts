/** What the runtime does around every invocation. */
export const handler = (): typeof import('./handler.js') => require('./handler.js');

/** Routes, apps, answers: a function without requests never loads it. */
export const http = (): typeof import('./http.js') => require('./http.js');

/** Records, batches, direct calls: a function with requests only never loads it. */
export const events = (): typeof import('./events.js') => require('./events.js');

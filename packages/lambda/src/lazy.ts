/** Routes, apps, answers: a function without requests never loads it. */
export const http = (): typeof import('./http.js') => require('./http.js');

/** Answers that leave piece by piece. */
export const streaming = (): typeof import('./streaming.js') => require('./streaming.js');

/** Answers to pages of other origins. */
export const cors = (): typeof import('./cors.js') => require('./cors.js');

/** Records, batches, direct calls: a function with requests only never loads it. */
export const events = (): typeof import('./events.js') => require('./events.js');

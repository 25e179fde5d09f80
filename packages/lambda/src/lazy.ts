/** Routes, apps, answers: a function without requests never loads it. */
export const http = (): typeof import('./http.js') => require('./http.js');

/** Answers that leave piece by piece. */
export const streaming = (): typeof import('./streaming.js') => require('./streaming.js');

/** Answers to pages of other origins. */
export const cors = (): typeof import('./cors.js') => require('./cors.js');

/** Records, batches, direct calls: a function with requests only never loads it. */
export const events = (): typeof import('./events.js') => require('./events.js');

/** Apps that ask for a web-standard Request. */
export const fetchApp = (): typeof import('./fetch-app.js') => require('./fetch-app.js');

/** Bodies that are no text, and headers that are not true of a body. */
export const body = (): typeof import('./body.js') => require('./body.js');

/** Answers in Lambda's proxy format. */
export const proxyResult = (): typeof import('./proxy-result.js') => require('./proxy-result.js');

/** Answers to requests that have failed. */
export const failure = (): typeof import('./failure.js') => require('./failure.js');

/** The reason why a route's key cannot be meant as it stands. */
export const routeKey = (): typeof import('./route-key.js') => require('./route-key.js');

/** JSON of values that JSON does not know. */
export const jsonReplacer = (): typeof import('./json-replacer.js') => require('./json-replacer.js');

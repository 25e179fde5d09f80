/** Loaded for bodies that are not text, and for headers that do not match a body. */
export const loadBody = (): typeof import('./index.js') => require('./index.js');

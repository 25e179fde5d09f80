/** Loaded for bodies that are no text, and for headers that are not true of a body. */
export const loadBody = (): typeof import('./index.js') => require('./index.js');

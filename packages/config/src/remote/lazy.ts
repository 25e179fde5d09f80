/** Loads the errors when a read fails. That file imports no file that needs it. */
export const storeErrors = (): typeof import('./store-errors.js') => require('./store-errors.js');

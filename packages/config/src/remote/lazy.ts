/** Loaded when a read fails. It imports no file that needs it. */
export const storeErrors = (): typeof import('./store-errors.js') => require('./store-errors.js');

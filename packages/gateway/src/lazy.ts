/** Loads the error factories when an error is needed. That file imports no file that imports this one. */
export const errors = (): typeof import('./error-factories.js') => require('./error-factories.js');

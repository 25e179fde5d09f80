/** Errors with their words; loaded when something is wrong. The file imports none that needs it. */
export const faults = (): typeof import('./error-factories.js') => require('./error-factories.js');

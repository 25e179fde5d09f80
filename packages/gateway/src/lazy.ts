/** What to say when something is wrong. It imports no file that needs it. */
export const faults = (): typeof import('./faults.js') => require('./faults.js');

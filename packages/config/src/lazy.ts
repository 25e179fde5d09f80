/** What to say when a store does not give what was asked for. */
export const faults = (): typeof import('./faults.js') => require('./faults.js');

/** For values that are not wanted as the text they are. */
export const transform = (): typeof import('./transform.js') => require('./transform.js');

/** The stores themselves; what is kept already is read without them. */
export const aws = (): typeof import('./aws.js') => require('./aws.js');

/** The record of messages and errors: nobody who is switched off loads it. */
export const log = (): typeof import('./log.js') => require('./log.js');

/** Health of the gateway, the interfaces, and checks. */
export const health = (): typeof import('./health.js') => require('./health.js');

/** Checks of definitions. */
export const verify = (): typeof import('./verify.js') => require('./verify.js');

/** What there is to say of the process and the gateway. */
export const system = (): typeof import('./system.js') => require('./system.js');

/** Profiles of a work. */
export const profile = (): typeof import('./profile.js') => require('./profile.js');

/** Times of operations. */
export const tracking = (): typeof import('./tracking.js') => require('./tracking.js');

/** The heap as a file. */
export const snapshot = (): typeof import('./snapshot.js') => require('./snapshot.js');

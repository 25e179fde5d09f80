/** Only where environments share state. */
export const shared = (): typeof import('./shared.js') => require('./shared.js');

/** Counting by the policies that are not the default. */
export const windows = (): typeof import('./windows.js') => require('./windows.js');

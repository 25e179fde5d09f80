/** Loaded by `suga ftpms`, and by no other command. */
export const protection = (): typeof import('./protection.js').tools => (require('./protection.js') as typeof import('./protection.js')).tools;

/**
 * Events of the guardian, besides schedules and alarms. An environment sends `stop` when it has changed a month's mode, and again while functions are
 * not known to be stopped. The ledger says which functions to stop. `month` is in UTC, `2026-11`. `silent` is the name of the environment's function:
 * the ledger does not respond to it, and the guardian stops this function.
 */
export type GuardianCall =
  | { readonly ftpms: 'stop'; readonly month: string; readonly silent?: string | undefined }
  | { readonly ftpms: 'reconcile' | 'restore' }
  | { readonly ftpms: 'drill'; readonly function: string };

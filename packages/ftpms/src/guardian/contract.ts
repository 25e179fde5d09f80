/**
 * What the guardian is invoked with, beside schedules and alarms. Environments send `stop` when they have won the change of a month's mode,
 * and again while functions are not known to be stopped; what is to be stopped, the ledger says. `month` is UTC, `2026-11`. With `silent`,
 * the name of its function, an environment says that the ledger does not answer it: then this function is stopped.
 */
export type GuardianCall =
  | { readonly ftpms: 'stop'; readonly month: string; readonly silent?: string | undefined }
  | { readonly ftpms: 'reconcile' | 'restore' }
  | { readonly ftpms: 'drill'; readonly function: string };

import { createOperator } from '@suga/ftpms/operator';
import { renderPage } from '@suga/ftpms/page';

/** What `suga ftpms` works with, in a file of its own: it is three times as large as all other commands. */
export const tools: { readonly createOperator: typeof createOperator; readonly renderPage: typeof renderPage } = { createOperator, renderPage };

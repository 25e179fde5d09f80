import { createOperator } from '@suga/ftpms/operator';
import { renderPage } from '@suga/ftpms/page';

/** The tools of `suga ftpms`, in a file of their own: this file is three times as large as all other commands. */
export const tools: { readonly createOperator: typeof createOperator; readonly renderPage: typeof renderPage } = { createOperator, renderPage };

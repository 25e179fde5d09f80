import type { GuardianReport } from '../contract.js';
import type { Watched } from './deps.js';

/** Whether a function has reserved concurrency 0, and no record says what it had. Its owner has to restore it, or wants it to be so. */
export const isStranded = ({ present, saved }: Pick<Watched, 'present' | 'saved'>): boolean =>
  present === 0 && (saved === undefined || saved.concurrency === 0);

/** Whether a function in a report is stranded. */
export const isStrandedIn = ({ stopped, saved, unread = false }: GuardianReport['functions'][number]): boolean =>
  stopped && !unread && (saved === undefined || saved === 0);

/** A sentence about such a function, with the command that restores it. */
export const strandedWords = ({ name, unread }: { readonly name: string; readonly unread?: Error | undefined }): string =>
  unread ? `${name} has reserved concurrency 0. Its tags, with its earlier settings, could not be read: ${unread.message}. Try again.` : lostWords(name);

const lostWords = (name: string): string =>
  `${name} has reserved concurrency 0, and no record says what it had before. Restore it: aws lambda put-function-concurrency --function-name ${name} ` +
  `--reserved-concurrent-executions <number>. Its event sources may be disabled too: aws lambda list-event-source-mappings --function-name ${name}.`;

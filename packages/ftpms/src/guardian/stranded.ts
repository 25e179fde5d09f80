import type { GuardianReport } from '../contract.js';
import type { Watched } from './deps.js';

/** Whether a function is at 0, and nothing says what it had: its owner has to give it back, or wants it so. */
export const isStranded = ({ present, saved }: Pick<Watched, 'present' | 'saved'>): boolean =>
  present === 0 && (saved === undefined || saved.concurrency === 0);

/** The same of a function as a report has it. */
export const isStrandedIn = ({ stopped, saved, unread = false }: GuardianReport['functions'][number]): boolean =>
  stopped && !unread && (saved === undefined || saved === 0);

/** A sentence about such a function, with the command that gives it back. */
export const strandedWords = ({ name, unread }: { readonly name: string; readonly unread?: Error | undefined }): string =>
  unread ? `${name} has reserved concurrency 0, and its tags, which say what it had before, could not be read: ${unread.message}. Try again.` : lostWords(name);

const lostWords = (name: string): string =>
  `${name} has reserved concurrency 0, and nothing says what it had before. Give it back: aws lambda put-function-concurrency --function-name ${name} ` +
  `--reserved-concurrent-executions <number>. Its event sources may be off too: aws lambda list-event-source-mappings --function-name ${name}.`;

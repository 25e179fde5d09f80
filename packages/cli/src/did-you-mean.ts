import { nearest } from '@suga/gateway/suggest';

/** Returns ` (did you mean report?)` if a known word is near enough, else all known words: `; use one of report, help`. */
export function hint(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const meant = nearest(bare(word), known.map(bare));
  const suggestion = known.find((each) => bare(each) === meant);
  return suggestion ? ` (did you mean ${suggestion}?)` : `; use one of ${known.join(', ')}`;
}

const bare = (word: string): string => word.replace(/^-+/, '');

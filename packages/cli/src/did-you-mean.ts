import { nearest } from '@suga/gateway/suggest';

/** Returns ` (did you mean report?)` if one of the known words is near enough, else all of them: `; there are report, help`. */
export function hint(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const meant = nearest(bare(word), known.map(bare));
  const suggestion = known.find((each) => bare(each) === meant);
  return suggestion ? ` (did you mean ${suggestion}?)` : `; there are ${known.join(', ')}`;
}

const bare = (word: string): string => word.replace(/^-+/, '');

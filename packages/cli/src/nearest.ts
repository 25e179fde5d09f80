/** ` (did you mean report?)` if one of the known words is near enough to be meant, else all of them: `; there are report, help`. */
export function hint(word: string, known: readonly string[]): string {
  const [nearest] = known.map((each) => ({ each, far: distance(bare(word), bare(each)) })).sort((a, b) => a.far - b.far);
  const { length } = bare(nearest?.each ?? '');
  // A word of which nothing is the same is not meant, however short it is.
  if (!nearest) return '';
  const isNear = nearest.far <= Math.max(2, length / 3) && nearest.far < Math.min(length, bare(word).length);
  return isNear ? ` (did you mean ${nearest.each}?)` : `; there are ${known.join(', ')}`;
}

const bare = (word: string): string => word.replace(/^-+/, '').slice(0, 40);

/** How many letters must be put in, taken out or changed to make one word the other (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [done, letter] of Array.from(a).entries()) {
    const next = [done + 1];
    for (let at = 0; at < b.length; at++) {
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + (letter === b[at] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

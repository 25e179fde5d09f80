/** Returns the known name that is nearest to a misspelt one, if at most a third of the letters differ. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const asked = name.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let distance = Math.max(2, Math.floor(asked.length / 3)) + 1;
  for (const candidate of known) {
    const d = editDistance(asked, candidate.toLowerCase());
    // A word that has no letter in common is never suggested, however short it is.
    if (d < distance && d < Math.min(asked.length, candidate.length)) [best, distance] = [candidate, d];
  }
  return best;
}

/** The optimal string alignment distance: insertions, deletions, substitutions, and swaps of neighbours count one each. */
function editDistance(a: string, b: string): number {
  let [twoAbove, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, at(twoAbove, j - 2) + 1);
      row.push(least);
    }
    [twoAbove, above] = [above, row];
  }
  return at(above, b.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? 0;

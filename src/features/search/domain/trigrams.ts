/** How much of what they are made of two words share, from 0 to 1: their runs of three letters, with their ends (as pg_trgm counts). */
export function sharedTrigrams(a: string, b: string): number {
  const [ofA, ofB] = [trigramsOf(a), trigramsOf(b)];
  return ofA.intersection(ofB).size / ofA.union(ofB).size;
}

function trigramsOf(word: string): Set<string> {
  const letters = [...`  ${word} `];
  return new Set(letters.slice(0, -2).map((_, i) => letters.slice(i, i + 3).join('')));
}

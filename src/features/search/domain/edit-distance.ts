/**
 * How many typing errors lie between two words: letters missing, added, wrong, or two neighbours swapped
 * (optimal string alignment; Damerau 1964). Answers `max + 1` as soon as it must be more than `max`.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let rowMin = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
      rowMin = Math.min(rowMin, cost);
    }
    if (rowMin > max) return max + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length]!, max + 1);
}

/**
 * A word and all it can become when one letter is lost, as 32-bit hashes. Two words with one typing error between them
 * always share at least one (symmetric deletes; Garbe 2012), so near words are found by equality, without a scan.
 */
export function deletionHashes(word: string): number[] {
  const hashes = new Set([hashText(word)]);
  for (let i = 0; i < word.length; i++) hashes.add(hashText(word.slice(0, i) + word.slice(i + 1)));
  return [...hashes];
}

/** FNV-1a over UTF-16 units, as a signed 32-bit integer (PostgreSQL's `integer`). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** How many typing errors we forgive in a word of this length; short words have too many neighbours. */
export function typosForgiven(word: string): number {
  return word.length >= 8 ? 2 : word.length >= 3 ? 1 : 0;
}

const lengthMax = 50;

/** A name as it can stand in an address: `Süd & Nord e.V.` is `sud-nord-e-v`. May be too short to be one. */
export function makeSlug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, lengthMax)
    .replace(/^-|-$/g, '');
}

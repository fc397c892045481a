/** How an answer may be packed, best first. */
const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** The best of the encodings that an Accept-Encoding header takes; null: none, or not said. `q=0` refuses one by its name. */
export function acceptedEncoding(header: unknown): Encoding | null {
  const accepted = new Set<string>();
  for (const one of String(header ?? '').split(',')) {
    const [name = '', weight] = one
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    if (weight === undefined || Number(weight) > 0) accepted.add(name);
  }
  return encodings.find((encoding) => accepted.has(encoding)) ?? null;
}

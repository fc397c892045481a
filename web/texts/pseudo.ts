const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ö',
  u: 'ü',
  c: 'ç',
  n: 'ñ',
  y: 'ÿ',
  A: 'Å',
  E: 'É',
  O: 'Ö',
  U: 'Ü',
};

/** Texts as nobody speaks: accented, a third longer, in brackets, so that what is cut off or not translated is seen. */
export function pseudo<Value>(value: Value): Value {
  if (typeof value === 'string') return lengthen(value) as Value;
  if (typeof value === 'function') return ((...facts: unknown[]) => pseudo(value(...facts))) as Value;
  if (Array.isArray(value)) return value.map(pseudo) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, pseudo(one)])) as Value;
}

function lengthen(text: string): string {
  if (text.trim() === '') return text;
  const accented = [...text].map((letter) => accents[letter] ?? letter).join('');
  // In words, as a longer language has them: no line needs to hold all of it.
  const more = '~'.repeat(Math.ceil(text.length / 3)).replace(/~{8}(?=~)/g, '$& ');
  return `[${accented}${more}]`;
}

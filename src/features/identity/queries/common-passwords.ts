let list: Promise<ReadonlySet<string>> | undefined;

/** The 18,000 most used passwords of at least eight characters (from zxcvbn), lower case. Unpacked at the first question. */
export async function isCommonPassword(): Promise<(lower: string) => boolean> {
  list ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => {
    const words = dictionary['passwords-common'] as readonly string[];
    return new Set(words.filter((word) => word.length >= 8).map((word) => word.toLowerCase()));
  });
  const common = await list;
  return (lower) => common.has(lower);
}

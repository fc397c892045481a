import type { AnyProblemKind } from '../kind.ts';

/**
 * A part of the table in another language: the same codes, and a sentence exactly where the English part has one, made of the
 * same facts. A code without its words does not compile.
 */
export type WordsOf<Part extends Readonly<Record<string, AnyProblemKind>>> = {
  readonly [Code in keyof Part]: Part[Code] extends { readonly detail: (facts: infer Facts extends object) => string }
    ? { readonly title: string; readonly detail: (facts: Facts) => string }
    : Part[Code] extends { readonly detail: () => string }
      ? { readonly title: string; readonly detail: () => string }
      : { readonly title: string; readonly detail?: undefined };
};

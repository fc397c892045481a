/** What a domain function answers: it never throws for something a customer can be told. */
export type Decision<T, R> =
  | { readonly accepted: true; readonly value: T }
  | { readonly accepted: false; readonly refusal: R };

export function accept<T>(value: T): { readonly accepted: true; readonly value: T } {
  return { accepted: true, value };
}

export function refuse<R>(refusal: R): { readonly accepted: false; readonly refusal: R } {
  return { accepted: false, refusal };
}

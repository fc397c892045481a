/** What a domain function answers: it never throws for what a client can be refused for. */
export type Decision<T, R> =
  | { readonly accepted: true; readonly value: T }
  | { readonly accepted: false; readonly refusal: R };

export function accept<T>(value: T): { readonly accepted: true; readonly value: T } {
  return { accepted: true, value };
}

export function refuse<R>(refusal: R): { readonly accepted: false; readonly refusal: R } {
  return { accepted: false, refusal };
}

/** What a command refuses with, as its type says. */
export type RefusalIn<Command extends (...args: never[]) => unknown> =
  Extract<Awaited<ReturnType<Command>>, { readonly accepted: false }> extends { readonly refusal: infer R } ? R : never;

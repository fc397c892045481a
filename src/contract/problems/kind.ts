import { type Static, type TObject, type TProperties, Type } from 'typebox';

/** What one code means: its status, a title that never changes, the facts its answers carry, and a sentence made of them. */
export interface ProblemKind<Facts extends TProperties = TProperties> {
  readonly status: number;
  readonly title: string;
  /** Members of the body beside the standard ones (`ProblemSchema`). Left out: none. */
  readonly facts?: Facts;
  /** The sentence for whoever reads the answer: a function of its facts, so that a web app can say it too. */
  readonly detail?: (facts: Static<TObject<Facts>>) => string;
}

/** Any kind, whatever its facts. */
export type AnyProblemKind = Omit<ProblemKind, 'detail'> & { readonly detail?: (facts: never) => string };

/** A kind with facts and a sentence made of them. */
type SaidKind<Facts extends TProperties> = ProblemKind<Facts> & Required<Pick<ProblemKind<Facts>, 'facts' | 'detail'>>;
type UnsaidKind<Facts extends TProperties> = ProblemKind<Facts> & {
  readonly facts: Facts;
  readonly detail?: undefined;
};

/** A kind with facts; their schemas give `detail` its types. Whether there is one is known by type: other languages say as much. */
export function problem<const Facts extends TProperties>(kind: SaidKind<Facts>): SaidKind<Facts>;
export function problem<const Facts extends TProperties>(kind: UnsaidKind<Facts>): UnsaidKind<Facts>;
export function problem<Facts extends TProperties>(kind: ProblemKind<Facts>): ProblemKind<Facts> {
  return kind;
}

/** The fields of the request that are wrong. */
export const FieldFaults = Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), {
  description: 'The fields that are wrong, as JSON pointers.',
});

/** Facts that many kinds have. */
export const errors = { errors: Type.Optional(FieldFaults) };
export const ids = { ids: Type.Array(Type.String()) };
export const retryAfterSeconds = { retryAfterSeconds: Type.Integer() };
export const version = { version: Type.Integer() };
export const Moment = () => Type.String({ format: 'date-time' });

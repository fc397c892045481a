import { Type } from 'typebox';

/** RFC 9457 problem details: the body of every error answer (`application/problem+json`). */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, upper snake case: what a program decides by.' }),
    detail: Type.Optional(Type.String()),
    traceId: Type.String({ description: 'The correlation id of this request.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), {
        description: 'The fields that are wrong, as JSON pointers.',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
);

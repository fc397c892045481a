import { Type } from 'typebox';

/** The header of edits that must not overwrite somebody else's. */
export const EditHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ maxLength: 500, description: 'The ETag or version that you saw: 412 if it has changed since.' }),
  ),
});

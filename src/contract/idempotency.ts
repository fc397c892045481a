import { Type } from 'typebox';
import { Formed } from './common.ts';

/** The header's alias in a body, for clients that say all they say there. */
export const keyField = {
  idempotencyKey: Type.Optional(
    Formed('^[\\x21-\\x7e]*$', 'must be printable characters without spaces', {
      minLength: 1,
      maxLength: 200,
      description: 'The same as the header Idempotency-Key; both must not differ.',
    }),
  ),
};

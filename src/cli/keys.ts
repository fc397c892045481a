import { rotateKeys } from '../features/identity/index.ts';
import { uuidv7 } from '../kernel/ids.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { type Command, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const keysHelp = `onsale keys rotate
    Puts a fresh key into use that signs access tokens, and prints its id. Tokens signed with the
    one before stay good until they expire: nobody is logged out. The public keys stand at
    /.well-known/jwks.json. API keys are another thing: onsale key.

Works beside a running server, which follows within five seconds, and without one.
`;

/** `onsale keys rotate`. */
export const keysCommand: Command = async ([action, ...rest], io) => {
  if (action !== 'rotate' || rest.length > 0) throw new UsageError('keys can only rotate: onsale keys rotate');
  const now = systemClock.now();
  const context = { actor: 'system', correlationId: uuidv7(now), now, organizerId: 1 };
  const kid = await withDatabase(io.settings, (database) => rotateKeys(database, context));
  io.stdout.write(`${kid}\n`);
  io.stderr.write('This key signs access tokens from now on; those signed before stay good until they expire.\n');
  return 0;
};

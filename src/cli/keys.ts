import { rotateKeys } from '../features/identity/index.ts';
import { rotateTicketKey } from '../features/ticket-codes/index.ts';
import { uuidv7 } from '../kernel/ids.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { type Command, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const keysHelp = `onsale keys rotate
    Puts a fresh key into use that signs access tokens, and prints its id. Tokens signed with the
    one before stay good until they expire: nobody is logged out. The public keys stand at
    /.well-known/jwks.json. API keys are something else: onsale key.

onsale keys rotate tickets [--leaked]
    Has a fresh key sign the codes of what is ordered from five minutes on, and prints its number.
    Codes that buyers have stay good. The public keys stand at /.well-known/ticket-keys.json.
    --leaked: somebody else may have the keys. The codes of all tickets are signed anew at once;
    those printed or downloaded before open no door any more, so send the tickets again.

Works beside a running server, and without one. It follows within five seconds; with the key of
tickets within a minute.
`;

/** `onsale keys rotate`, `onsale keys rotate tickets`. */
export const keysCommand: Command = async ([action, what, ...rest], io) => {
  const isLeaked = rest.length === 1 && rest[0] === '--leaked';
  const isUsable = what === undefined || (what === 'tickets' && (rest.length === 0 || isLeaked));
  if (action !== 'rotate' || !isUsable) {
    throw new UsageError('keys takes: onsale keys rotate, or onsale keys rotate tickets [--leaked]');
  }
  const now = systemClock.now();
  const context = { actor: 'system', correlationId: uuidv7(now), now, organizerId: 1 };
  if (what === undefined) {
    const kid = await withDatabase(io.settings, ({ bypassingRls }) => rotateKeys(bypassingRls, context));
    io.stdout.write(`${kid}\n`);
    io.stderr.write('This key signs access tokens from now on; those signed before stay good until they expire.\n');
    return 0;
  }
  const rotated = await withDatabase(io.settings, ({ bypassingRls }) =>
    rotateTicketKey(bypassingRls, { isLeaked }, context),
  );
  if (!rotated.accepted) {
    io.stderr.write('All 64 numbers of keys are used up: codes have no room for another.\n');
    return 1;
  }
  io.stdout.write(`${rotated.value}\n`);
  io.stderr.write(
    isLeaked
      ? 'Within a minute this key signs the codes of all tickets, and those of before open no door.\n'
      : 'This key signs the codes of what is ordered from five minutes on; codes of before stay good.\n',
  );
  return 0;
};

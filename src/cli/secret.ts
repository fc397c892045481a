import { rotateTransactionSecret } from '../features/booking/index.ts';
import { type Command, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const secretHelp = `onsale secret rotate transactions
    Signs transaction ids with a new secret from now on (servers that run: within a minute). Those
    signed before stay verifiable: onsale verify --transaction ID.

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
`;

/** `onsale secret rotate transactions`. */
export const secretCommand: Command = async (args, io) => {
  const [action, what, ...rest] = args;
  if (action !== 'rotate' || what !== 'transactions' || rest.length > 0) {
    throw new UsageError('secret takes: onsale secret rotate transactions');
  }
  const secretNo = await withDatabase(io.settings, (database) => rotateTransactionSecret(database));
  io.stdout.write(`Transaction ids are signed with secret ${secretNo} from now on.\n`);
  return 0;
};

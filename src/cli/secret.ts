import { rotateLinkSecret, rotateTransactionSecret } from '../features/booking/index.ts';
import { type Command, UsageError } from './io.ts';
import { withDatabase } from './with-database.ts';

export const secretHelp = `onsale secret rotate transactions
    Signs transaction ids with a new secret from now on (servers that run: within a minute). Those
    signed before stay verifiable: onsale verify --transaction ID.
onsale secret rotate order-links
    Signs the links by which guests find their orders with a new secret. The three before stay good.

Works beside a running server and without one. Setting flags such as --data-dir are taken too.
`;

/** `onsale secret rotate …`. */
export const secretCommand: Command = async (args, io) => {
  const [action, what, ...rest] = args;
  if (action !== 'rotate' || (what !== 'transactions' && what !== 'order-links') || rest.length > 0) {
    throw new UsageError('secret takes: onsale secret rotate transactions, or order-links');
  }
  if (what === 'order-links') {
    const no = await withDatabase(io.settings, ({ bypassingRls }) => rotateLinkSecret(bypassingRls));
    io.stdout.write(`Order links are signed with secret ${no} from now on.\n`);
    return 0;
  }
  const secretNo = await withDatabase(io.settings, ({ bypassingRls }) => rotateTransactionSecret(bypassingRls));
  io.stdout.write(`Transaction ids are signed with secret ${secretNo} from now on.\n`);
  return 0;
};

import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf } from '../../src/platform/ownership/slots.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { toDatabaseUrl } from '../../test/support/database-url.ts';
import { type Bench, temporaryFolder } from '../bench.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';
import { createShow, type Show } from './shows.ts';

const sharedOutMsMax = 20_000;

/** Two processes on one database, and shows that one of them decides about. */
export interface FrontAndOwner {
  readonly front: Product;
  readonly owner: Product;
  /** A show whose events are decided about by `owner`. */
  createOwnedShow(capacity: number): Promise<Show>;
}

/** `ownerFlags`: of the runtime, for profiles. */
export async function startFrontAndOwner(
  bench: Pick<Bench, 'atEnd'>,
  ownerFlags: ProductOptions['nodeFlags'] = [],
): Promise<FrontAndOwner> {
  const server = await startEmbeddedServer(await temporaryFolder(bench));
  bench.atEnd(server.stop);
  const databaseUrl = toDatabaseUrl(server.connection);
  const owner = await startProduct(await temporaryFolder(bench), { databaseUrl, nodeFlags: ownerFlags });
  bench.atEnd(owner.stop);
  const { bypassingRls } = owner.database;
  const [first] = await bypassingRls.query<{ id: string }>(
    `SELECT process_id AS id FROM processes WHERE state = 'living'`,
  );
  const front = await startProduct(await temporaryFolder(bench), { databaseUrl });
  bench.atEnd(front.stop);
  const slotsOfOwner = async () => {
    const rows = await bypassingRls.query<{ slot: number }>('SELECT slot FROM slots WHERE process_id = $1', [
      first!.id,
    ]);
    return new Set(rows.map(({ slot }) => slot));
  };
  // The second is handed its share: from then on nothing moves.
  for (const until = performance.now() + sharedOutMsMax; (await slotsOfOwner()).size > 192; await sleep(100))
    if (performance.now() > until) throw new Error('the second process is not handed its share of the events');
  const owned = await slotsOfOwner();
  return {
    front,
    owner,
    async createOwnedShow(capacity) {
      for (;;) {
        const show = await createShow(owner, capacity);
        if (owned.has(slotOf(show.eventId))) return show;
        await owner.call('DELETE', `/api/events/${show.eventId}`);
      }
    },
  };
}

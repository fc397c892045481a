import { StartRefused } from '../../platform/start-refused.ts';
import type { HttpClient } from './http-client.ts';
import { createLiveChannels, type LiveChannels } from './live-channels.ts';
import { documentHeaders, type NamedFile, namedIn } from './page-requests.ts';
import type { Pauses } from './pauses.ts';
import { createSeatBoard, type SeatBoard } from './seat-board.ts';
import type { Tally } from './tally.ts';

/** The pages of a show as they are before the doors open. */
export interface ShopPages {
  readonly organizer: string;
  /** The tag by which somebody who was here before knows the event page. */
  readonly etag: string | null;
  readonly eventFiles: readonly NamedFile[];
  readonly seatsFiles: readonly NamedFile[];
  readonly payFiles: readonly NamedFile[];
}

/** What all buyers who come by the pages share. */
export interface Shop extends ShopPages {
  readonly board: SeatBoard;
  readonly channels: LiveChannels;
}

const buildMsMax = 120_000;
const lookAgainMs = 1_000;

/** Reads what the pages name. While the app is being built it waits; throws {@link StartRefused} where there is none. */
export async function readShopPages(
  client: HttpClient,
  eventId: number,
  pauses: Pauses,
  waits: { readonly onBuilding: () => void; readonly buildMs?: number },
): Promise<ShopPages> {
  const givesUpAt = performance.now() + (waits.buildMs ?? buildMsMax);
  const { accept, 'accept-language': language } = documentHeaders;
  let isSaid = false;
  async function read(path: string) {
    for (;;) {
      const reply = await client.send({ method: 'GET', path, headers: { accept, 'accept-language': language } });
      if (reply.kind !== 'answer') throw new StartRefused(`${path} cannot be read.`);
      const { answer } = reply;
      if (answer.status === 200) return { files: namedIn(answer.text()), etag: answer.header('etag') };
      const isBuilding = answer.status === 503 && answer.header('retry-after') !== null;
      if (answer.status === 503 && (!isBuilding || performance.now() > givesUpAt)) {
        throw new StartRefused('The shop is not built there, so that nobody can come by its pages: npm run build.');
      }
      if (!isBuilding) throw new StartRefused(`${path} answered status ${answer.status}.`);
      if (!isSaid) waits.onBuilding();
      isSaid = true;
      await pauses.pause(lookAgainMs);
    }
  }
  const event = await read(`/e/${eventId}`);
  const seats = await read(`/e/${eventId}/seats`);
  // What it shows depends on the hold; what it loads does not.
  const pay = await read('/pay/RES_none');
  const reply = await client.send({ method: 'GET', path: `/api/events/${eventId}` });
  const body = (reply.kind === 'answer' ? reply.answer.json() : null) as { organizer?: { slug?: string } } | null;
  return {
    organizer: body?.organizer?.slug ?? '',
    etag: event.etag,
    eventFiles: event.files,
    seatsFiles: seats.files,
    payFiles: pay.files,
  };
}

/** Opens the shop to a crowd. */
export function openShop(pages: ShopPages, url: string, connections: number, tally: Tally): Shop {
  const board = createSeatBoard();
  const channels = createLiveChannels(url, connections, board, {
    opened(ms) {
      tally.requests += 1;
      tally.latencies['page:live'].record(ms);
    },
    received(bytes) {
      tally.pages['page:live'].bytes += bytes;
    },
  });
  return { ...pages, board, channels };
}

import { readTickets } from './show.ts';
import type { World } from './world.ts';

/** What a buyer asks for: a number of a type, a basket, exact tickets or seats; `wanted` counts them. */
export async function drawSelection(world: World): Promise<{ selection: object; wanted: number }> {
  const { random, weather, show } = world;
  const pick = <T>(values: readonly T[]): T | undefined => values[random.below(values.length)];
  const type = pick(show.types)!;
  const kind = random.weighted([
    ['quantity', 5],
    ['items', 2],
    ['tickets', 2],
    ['seats', weather.seated ? 2 : 0],
  ] as const);
  if (kind === 'quantity') {
    const quantity = 1 + random.below(4);
    return { selection: { ticketTypeId: type.ticketTypeId, quantity }, wanted: quantity };
  }
  if (kind === 'items') {
    const items = Array.from({ length: 1 + random.below(2) }, () => {
      const one = pick(show.types)!;
      return { ticketTypeId: one.ticketTypeId, quantity: 1 + random.below(2), rate: pick([...one.prices.keys()])! };
    });
    return { selection: { items }, wanted: items.reduce((sum, item) => sum + item.quantity, 0) };
  }
  const all = await readTickets(world.ground, show);
  const able = kind === 'seats' ? all.filter((ticket) => ticket.seatGuid !== null) : all;
  if (able.length === 0) return { selection: { ticketTypeId: type.ticketTypeId, quantity: 1 }, wanted: 1 };
  const from = random.below(able.length);
  const chosen = able.slice(from, from + 1 + random.below(3));
  return {
    selection:
      kind === 'seats'
        ? { seatGuids: chosen.map(({ seatGuid }) => seatGuid) }
        : { ticketIds: chosen.map(({ ticketId }) => ticketId) },
    wanted: chosen.length,
  };
}

import {
  findOrMakeVenue,
  hasEventOfSource,
  type NewEventInput,
  type VenueDescription,
} from '../features/catalog/index.ts';
import { listApiKeys } from '../features/identity/index.ts';
import { readPlanContent } from '../features/seating/index.ts';
import { assert } from '../kernel/assert.ts';
import type { CommandContext } from '../kernel/context.ts';
import type { Decision } from '../kernel/decision.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Database } from '../platform/postgres/database.ts';
import { makeHallPlan } from './demo/hall-plan.ts';
import type { Slices } from './slices.ts';

/** What the demo is made by. */
type Makers = Pick<Slices, 'catalog' | 'seating'>;

const timeZone = 'Europe/Lisbon';
const hall: VenueDescription = {
  name: 'Lighthouse Hall',
  address: 'Rua do Farol 12',
  city: 'Porto',
  country: 'PT',
  latitude: 41.1483,
  longitude: -8.6744,
  timeZone,
};
const meadow: VenueDescription = {
  name: 'Ribeira Meadow',
  address: 'Cais da Ribeira',
  city: 'Porto',
  country: 'PT',
  latitude: 41.1403,
  longitude: -8.6132,
  timeZone,
};

/**
 * Loads two shows of our own making into a database that nobody has used: an evening in a seated hall (event 1) and
 * an open-air show with general admission (event 2), both on sale, on Saturdays of next month and the one after.
 * Nobody has used it if it has no API key yet, so call this before the owner's is issued; a start that died halfway is
 * then taken up again where it stopped. Answers the titles of what it loaded.
 */
export async function loadDemo(slices: Makers, database: Database, context: CommandContext): Promise<string[]> {
  if ((await listApiKeys(database.bypassingRls)).length > 0) return [];
  const loaded: string[] = [];
  for (const show of [await describeHallShow(slices, database, context), await describeOpenAir(database, context)]) {
    if (await hasEventOfSource(database.bypassingRls, show.sourceId)) continue;
    const source = { sourceId: show.sourceId, sourceHash: 'demo' };
    expectAccepted(await slices.catalog.commands.createEvent(show.input, context, { source }));
    loaded.push(show.input.title);
  }
  return loaded;
}

interface DemoShow {
  readonly sourceId: string;
  readonly input: NewEventInput;
}

async function describeHallShow(slices: Makers, database: Database, context: CommandContext): Promise<DemoShow> {
  const { venueId } = await database.bypassingRls.transaction((tx) => findOrMakeVenue(tx, hall, context));
  const content = expectAccepted(readPlanContent({ ...makeHallPlan(), venueId }));
  const { row } = expectAccepted(await slices.seating.importPlan(database, content, context));
  const startsAt = saturdayEvening(context.now, 1);
  return {
    sourceId: 'demo:hall',
    input: {
      title: 'Night Tide Piano',
      description: 'Marta Veiga plays Debussy, Satie and the sea. A demo show: nothing here is real.',
      type: 'MusicEvent',
      venueId,
      seatingPlanId: row.seatingPlanId,
      performers: ['Marta Veiga'],
      startsAt,
      doorsAt: startsAt - hours(1),
      endsAt: startsAt + hours(2),
      currency: 'EUR',
      status: 'published',
      ticketTypes: [
        { name: 'Stalls', categories: ['Stalls'], rates: [rate('adult', 38), rate('child', 19)] },
        { name: 'Balcony', categories: ['Balcony'], rates: [rate('adult', 24), rate('child', 12)] },
      ],
    },
  };
}

async function describeOpenAir(database: Database, context: CommandContext): Promise<DemoShow> {
  const { venueId } = await database.bypassingRls.transaction((tx) => findOrMakeVenue(tx, meadow, context));
  const startsAt = saturdayEvening(context.now, 2);
  return {
    sourceId: 'demo:open-air',
    input: {
      title: 'Riverside Open Air',
      description:
        'Three bands on the grass, standing. Children under twelve pay half. A demo show: nothing here is real.',
      type: 'MusicEvent',
      venueId,
      performers: ['The Tram Lines', 'Sal e Vento', 'Low Bridge'],
      startsAt,
      doorsAt: startsAt - hours(2),
      endsAt: startsAt + hours(4),
      currency: 'EUR',
      status: 'published',
      ticketTypes: [{ name: 'General admission', capacity: 2000, rates: [rate('adult', 30), rate('child', 15)] }],
    },
  };
}

/** 20:00 at the venue on the first Saturday of the month that is `monthsAhead` after this one. */
function saturdayEvening(now: Instant, monthsAhead: number): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  const first = today.with({ day: 1 }).add({ months: monthsAhead });
  const saturday = first.add({ days: (6 - first.dayOfWeek + 7) % 7 });
  return saturday.toZonedDateTime({ timeZone, plainTime: '20:00' }).epochMilliseconds;
}

function rate(name: string, price: number) {
  return { name, price };
}

function hours(count: number): number {
  return count * 3_600_000;
}

/** The demo is ours: if it is refused, we are wrong. */
function expectAccepted<T, R>(decision: Decision<T, R>): T {
  assert(decision.accepted, `The demo is refused: ${JSON.stringify(decision)}`);
  return decision.value;
}

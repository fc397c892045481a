import { firmDemand } from './behaviours.ts';
import { createHttpClient } from './http-client.ts';
import type { CrowdRun } from './run-crowd.ts';
import { readAvailability, type Show } from './show.ts';
import { type Acknowledged, type WitnessCheck, witnessChecks } from './witness.ts';

/** One promise that the rehearsal itself can check, from outside. */
export interface OwnCheck {
  readonly name: string;
  readonly claim: string;
  readonly count: number;
  /** Up to five. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const examplesMax = 5;
const readersAtOnce = 32;
/** House full or not is only asked when the crowd wanted clearly more than there was. */
const clearlyMore = 1.1;
/** And when those who waited had the time to see abandoned holds come back. */
const holdsPerTail = 1.5;

/**
 * What the crowd's memory says about the server: its contradictions, every acknowledged purchase read again, and, where
 * nobody else was buying (`alone`), the sums.
 */
export async function checkFromOutside(
  run: CrowdRun,
  { url, show, alone, apiKey }: { url: string; show: Show; alone: boolean; apiKey: string | null },
): Promise<OwnCheck[]> {
  const { witness, tally } = run;
  const checks = (Object.keys(witnessChecks) as WitnessCheck[]).map((name) => {
    const examples = witness.contradictions.filter(({ check }) => check === name).map(({ facts }) => facts);
    return make(name, witnessChecks[name], examples, witness.counts.get(name));
  });
  const lost = await readAgain(url, witness.acknowledged, apiKey);
  checks.push(
    make('acknowledged-purchases-are-there', 'Every acknowledged purchase is found again with its tickets', lost),
  );
  const errors = [...tally.errors].map(([error, times]) => ({ error, times }));
  const errorCount = errors.reduce((sum, { times }) => sum + times, 0);
  checks.push(
    make('no-errors', 'Every request was answered, and none with an error of the server', errors, errorCount),
  );
  checks.push(
    make(
      'sold-out-stays-true',
      'What was said to be sold out has nothing left at the end',
      await leftOver(run, url, show),
    ),
  );
  if (alone) checks.push(...(await checkSums(run, url, show)));
  return checks;
}

function make(name: string, claim: string, examples: OwnCheck['examples'], count = examples.length): OwnCheck {
  return { name, claim, count, examples: examples.slice(0, examplesMax) };
}

async function readAgain(url: string, acknowledged: readonly Acknowledged[], apiKey: string | null) {
  const client = createHttpClient(url, readersAtOnce);
  const lost: Record<string, unknown>[] = [];
  let next = 0;
  const reader = async () => {
    while (next < acknowledged.length) {
      const purchase = acknowledged[next++]!;
      const reply = await client.send({
        method: 'GET',
        path: `/api/bookings/${purchase.bookingId}`,
        headers: apiKey === null ? purchase.owner : { authorization: `Bearer ${apiKey}` },
      });
      const why = reply.kind === 'answer' ? differs(purchase, reply.answer.status, reply.answer.json()) : reply.kind;
      if (why !== null) lost.push({ bookingId: purchase.bookingId, why });
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, reader));
  client.close();
  return lost;
}

function differs(purchase: Acknowledged, status: number, body: unknown): string | null {
  if (status !== 200) return `status ${status}`;
  const booking = body as { status: string; totalPrice: number; tickets: { ticketId: string; ticketNumber: string }[] };
  if (booking.status !== 'completed') return `booking is ${booking.status}`;
  if (booking.totalPrice !== purchase.totalPrice)
    return `total ${booking.totalPrice} instead of ${purchase.totalPrice}`;
  const numbers = new Map(booking.tickets.map(({ ticketId, ticketNumber }) => [ticketId, ticketNumber]));
  const missing = purchase.tickets.find(({ ticketId, ticketNumber }) => numbers.get(ticketId) !== ticketNumber);
  return missing ? `ticket ${missing.ticketId} is missing or has another number` : null;
}

async function leftOver({ witness }: CrowdRun, url: string, show: Show) {
  const client = createHttpClient(url, 1);
  const { ticketTypes } = await readAvailability(client, show.eventId).finally(() => client.close());
  const said = new Set(witness.soldOutTypes());
  return ticketTypes
    .filter(({ ticketTypeId, available, held }) => said.has(ticketTypeId) && available + held > 0)
    .map(({ ticketTypeId, available, held }) => ({ ticketTypeId, available, held }));
}

/** The temporary server has no other buyers: what it sold is what was acknowledged, and a house that all want is full. */
async function checkSums({ witness, tally, plans, tailMs }: CrowdRun, url: string, show: Show): Promise<OwnCheck[]> {
  const client = createHttpClient(url, 1);
  const { ticketTypes } = await readAvailability(client, show.eventId).finally(() => client.close());
  const sold = ticketTypes.reduce((sum, type) => sum + type.sold, 0);
  const acknowledged = witness.acknowledged.reduce((sum, { tickets }) => sum + tickets.length, 0);
  const known = tally.errors.size > 0 ? sold >= acknowledged : sold === acknowledged;
  const demand = firmDemand(plans);
  const hadTime = tailMs >= show.holdSeconds * 1000 * holdsPerTail;
  const isFull = sold === show.capacity || demand < show.capacity * clearlyMore || !hadTime;
  return [
    make('sums-agree', 'The seats sold are those that were acknowledged', known ? [] : [{ sold, acknowledged }]),
    make(
      'house-is-full',
      'A show that enough people want sells out',
      isFull ? [] : [{ sold, of: show.capacity, demand }],
    ),
  ];
}

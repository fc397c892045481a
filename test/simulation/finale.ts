import type { InjectOptions } from 'fastify';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import type { Buyers } from './buyers.ts';
import { claim } from './claim.ts';
import type { Answer } from './process.ts';
import { readTickets } from './show.ts';
import type { Witness } from './witness.ts';
import type { World } from './world.ts';

const settleJobs = [
  'reconcile bookings',
  'reconcile holds',
  'reconcile payments',
  'process payment work',
  'catch up with the database',
  'expire holds',
  'journal holds',
  'forget old holds',
  'relay messages',
];

/** How long a buyer has at the bank, and a minute. */
const challengeMs = 11 * 60_000;

/**
 * The end of a seed: nothing fails any more, everyone asks again for what they never heard, everything comes to rest,
 * and then all of it must add up: what was answered, the database, the ledger, the counters. At last the show is sold out, so
 * that a place that was lost on the way is missed.
 */
export async function playFinale(world: World, witness: Witness, buyers: Buyers): Promise<void> {
  world.calm();
  world.note('time   the storm is over');
  await world.finish();
  await world.untilOwned();
  await settle(world);
  await askAgain(world, witness, buyers);
  await goToTheBank(world, witness, buyers);
  // Whoever never heard of the bank does not go there: ten minutes are all that a challenge has.
  world.clock.advance(challengeMs);
  await settle(world);
  await askAgain(world, witness, buyers);
  await goToTheBank(world, witness, buyers);
  await settle(world);
  await askAgain(world, witness, buyers);
  // Who was declined and asked once more may be sent to the bank again, and stays at home.
  world.clock.advance(challengeMs);
  await settle(world);
  await compareBookings(world, witness);
  await compareLedger(world);
  world.clock.advance(2 * 3_600_000);
  await settle(world);
  await compareLedger(world);
  for (const hold of witness.holds) if (hold.state === 'live') buyers.look(hold, hold.buyer);
  await world.finish();
  await sellTheRest(world);
  await settle(world);
  await compareLedger(world);
  const { findings } = await verifyDatabase(world.ground.postgres.bypassingRls);
  const faults = findings.filter(({ count }) => count > 0);
  claim(faults.length === 0, `the database breaks promises: ${JSON.stringify(faults)}`);
  await compareMetrics(world);
}

/** As a minute passes in a server that works. */
async function settle(world: World): Promise<void> {
  world.clock.advance(60_000);
  for (const job of settleJobs) {
    // Those that one of several processes runs are always that one's.
    for (const [at, member] of world.crew.open().entries()) {
      const { runs } = member.process.app.jobs.find(({ name }) => name === job)!;
      if (at === 0 || runs !== 'once in the cluster') world.startJob(member, job);
    }
    await world.finish();
  }
}

/** Whoever paid and does not know what came of it asks with the same key; then there is an answer. */
async function askAgain(world: World, witness: Witness, buyers: Buyers): Promise<void> {
  for (const hold of witness.holds) {
    for (const attempt of hold.attempts) {
      if (attempt.final !== null && !hold.mayBeBought) continue;
      buyers.purchase(hold, hold.buyer, attempt);
      await world.finish();
    }
  }
}

/** Whoever was sent to the bank and has not been there goes now. */
async function goToTheBank(world: World, witness: Witness, buyers: Buyers): Promise<void> {
  for (const { attempts } of witness.holds) {
    for (const attempt of attempts) {
      if (attempt.final !== null || attempt.bankUrl === null) continue;
      buyers.visitBank(attempt);
      await world.finish();
    }
  }
}

interface BookingNow {
  readonly bookingId: string;
  readonly reservationId: string;
  readonly status: string;
  readonly ticketIds: string[];
  readonly cancelledTicketIds: string[];
}

/** What was answered is written, and what is written was answered: no sale is lost, and nobody is charged for what they were refused. */
async function compareBookings(world: World, witness: Witness): Promise<void> {
  const rows = await world.ground.postgres.bypassingRls.query<BookingNow>(
    `SELECT booking_id AS "bookingId", reservation_id AS "reservationId", status, ticket_ids::text[] AS "ticketIds",
       cancelled_ticket_ids::text[] AS "cancelledTicketIds" FROM bookings`,
  );
  const open = rows.filter(({ status }) => status === 'awaiting_payment' || status === 'needs_review');
  claim(open.length === 0, `bookings that never come to an end: ${JSON.stringify(open)}`);
  const paid = rows.filter(({ status }) => status === 'completed' || status === 'cancelled');
  const completed = new Map(paid.map((row) => [row.reservationId, row]));
  const tickets = new Map((await readTickets(world.ground, world.show)).map((ticket) => [ticket.ticketId, ticket]));
  for (const hold of witness.holds) {
    const row = completed.get(hold.reservationId);
    if (hold.booking === null) {
      claim(row === undefined || hold.attempts.length > 0, `${hold.name} was booked though nobody paid`);
      claim(!row || hold.state !== 'released' || hold.isUnclear, `${hold.name} was released, then charged`);
      claim(!row || !hold.saidExpired, `${hold.name} was said to have expired, then charged`);
      claim(!row, `${hold.name} was charged, and its owner heard otherwise when asking again`);
      continue;
    }
    claim(row !== undefined && row.bookingId === hold.booking.bookingId, `the purchase of ${hold.name} is lost`);
    const answered = JSON.parse(hold.booking.text).tickets as { ticketId: string; ticketNumber: string }[];
    for (const id of hold.cancelled) {
      claim(row.cancelledTicketIds.includes(id), `${hold.name} gave ${id} back, and has it still`);
    }
    for (const id of row.cancelledTicketIds) {
      claim(hold.cancelled.has(id) || hold.mayBeCancelled.has(id), `${hold.name} lost ${id} without giving it back`);
    }
    for (const { ticketId, ticketNumber } of answered) {
      if (row.cancelledTicketIds.includes(ticketId)) continue;
      const ticket = tickets.get(ticketId);
      const isTheirs =
        ticket?.status === 'Sold' && ticket.bookingId === row.bookingId && ticket.ticketNumber === ticketNumber;
      claim(isTheirs, `${hold.name} was answered ${ticketNumber} for a ticket that reads ${JSON.stringify(ticket)}`);
    }
  }
}

/** Per type, the ledger's counts are those of the database; only it knows which of the available ones are held (I2). */
async function compareLedger(world: World): Promise<void> {
  const { body } = await answerTo(world, { method: 'GET', url: `/api/events/${world.show.eventId}/availability` });
  const tickets = await readTickets(world.ground, world.show);
  for (const type of body.ticketTypes) {
    const ours = tickets.filter((ticket) => ticket.ticketTypeId === type.ticketTypeId);
    const count = (status: string) => ours.filter((ticket) => ticket.status === status).length;
    const inDatabase = { free: count('Available'), reserved: count('Reserved'), sold: count('Sold') };
    const ledger = { free: type.available + type.held, reserved: type.reserved, sold: type.sold };
    claim(
      JSON.stringify(inDatabase) === JSON.stringify(ledger),
      `type ${type.ticketTypeId}: the ledger says ${JSON.stringify(type)}, the database ${JSON.stringify(inDatabase)}`,
    );
    claim(
      type.capacity === ours.length,
      `type ${type.ticketTypeId}: capacity ${type.capacity}, ${ours.length} tickets`,
    );
  }
}

/** Every place that is free must be there for whoever wants it, and "sold out" comes only after the last. */
async function sellTheRest(world: World): Promise<void> {
  const free = (await readTickets(world.ground, world.show)).filter(({ status }) => status === 'Available').length;
  let sold = 0;
  for (const { ticketTypeId } of world.show.types) {
    for (;;) {
      const payload = { eventId: world.show.eventId, ticketTypeId, quantity: 4, partial: true };
      const held = await answerTo(world, { method: 'POST', url: '/api/tickets/reserve', payload });
      if (held.status !== 201) {
        const { code } = held.body;
        // Blocked places stay claimable: staff may put them back on sale.
        claim(code === 'SOLD_OUT' || code === 'NOT_ENOUGH_TICKETS', `the rest cannot be bought: ${held.text}`);
        break;
      }
      const bought = await answerTo(world, {
        method: 'POST',
        url: '/api/tickets/purchase',
        payload: {
          reservationId: held.body.reservationId,
          payment: { provider: 'sandbox', token: 'tok_ok' },
          customerEmail: `rest-${ticketTypeId}-${sold}@example.org`,
        },
        headers: { 'x-session-token': String(held.headers['x-session-token']) },
      });
      claim(bought.status === 201, `the rest cannot be paid: ${bought.text}`);
      sold += held.body.tickets.length;
    }
  }
  claim(sold === free, `${free} places were free, ${sold} of them could be bought`);
}

/** Where no hold came out of a journal, every hold that was placed has ended exactly once by now (I3). */
async function compareMetrics(world: World): Promise<void> {
  if (world.lives > 1) return;
  const placed = (await world.metrics.holds.get()).values[0]?.value ?? 0;
  const byHow = (await world.metrics.holdsEnded.get()).values.map(({ labels, value }) => ({ ...labels, value }));
  const ended = byHow.reduce((sum, { value }) => sum + value, 0);
  claim(placed === ended, `${placed} holds were placed, ${ended} have ended: ${JSON.stringify(byHow)}`);
}

async function answerTo(world: World, request: InjectOptions): Promise<Answer> {
  const heard: Answer[] = [];
  world.send({
    name: 'E',
    request,
    isForOwner: true,
    hear(answer) {
      if (answer) heard.push(answer);
    },
  });
  await world.finish();
  const [answer] = heard;
  claim(answer !== undefined, 'a request has no answer though nothing fails');
  return answer;
}

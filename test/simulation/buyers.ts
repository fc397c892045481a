import { claim } from './claim.ts';
import { drawSelection } from './draw-selection.ts';
import type { Answer } from './process.ts';
import { readTickets } from './show.ts';
import { type Attempt, type Buyer, type KnownHold, neverPay, type Witness } from './witness.ts';
import type { World } from './world.ts';

/** What a reserve may be refused with, whatever the buyer does. */
const reserveRefusals = new Set([
  'NOT_ENOUGH_TICKETS',
  'SEATS_TAKEN',
  'SOLD_OUT',
  'LIMIT_PER_CUSTOMER',
  'TICKET_UNKNOWN',
]);
const endedCodes = new Set(['RESERVATION_UNKNOWN', 'RESERVATION_EXPIRED']);
const busyCodes = new Set(['RESERVATION_IN_PAYMENT', 'IDEMPOTENCY_IN_FLIGHT', 'TOO_MANY_DECLINES']);

interface SentReserve {
  readonly buyer: Buyer;
  readonly payload: object;
  readonly key: string;
  readonly wanted: number;
  readonly partial: boolean;
}

/** Buyers and what they do to a show: the ordinary, the hasty, the late and the confused. */
export function createBuyers(world: World, witness: Witness) {
  const { random, weather, show } = world;
  const { isCertain, isOver } = witness;
  const buyers: Buyer[] = Array.from({ length: weather.buyerCount }, (_, i) => ({ name: `B${i + 1}`, token: null }));
  const sentReserves: SentReserve[] = [];
  let count = 0;
  const nextName = (letter: string) => `${letter}${++count}`;
  const pick = <T>(values: readonly T[]): T | undefined => values[random.below(values.length)];
  const headersOf = (session: string | null, key: string | null) => ({
    ...(session !== null && { 'x-session-token': session }),
    ...(key !== null && { 'idempotency-key': key }),
  });
  const newKey = () => `${random.hex(16)}`;

  /** Nothing but what was injected may make the service fail, and nothing may make it fail in its own name. */
  function checkServed(name: string, answer: Answer, faultsBefore: number): boolean {
    claim(answer.status !== 500, `${name} was answered 500: ${answer.text}`);
    const isFault = answer.status === 503 || answer.body?.code === 'VERSION_CONFLICT';
    claim(!isFault || world.mayFail(faultsBefore), `${name} was answered ${answer.status} though nothing failed`);
    return !isFault;
  }

  async function reserve(): Promise<void> {
    const again = random.chance(0.15) ? pick(sentReserves) : undefined;
    if (again) return sendReserve(again, again.key);
    const buyer = pick(buyers)!;
    const partial = random.chance(0.25);
    const { selection, wanted } = await drawSelection(world);
    // Where a limit per customer counts, nobody buys without.
    const isNamed = random.chance(0.3) || weather.limitPerCustomer !== null;
    const contact = isNamed ? { customerName: 'Ada', customerEmail: `${buyer.name}@example.org` } : {};
    const payload = { eventId: show.eventId, ...selection, ...(partial && { partial }), ...contact };
    const key = random.chance(0.3) ? newKey() : null;
    const sent = { buyer, payload, wanted, partial, key: key ?? '' };
    // Kept for replays only if the session does not change meanwhile.
    if (key !== null && buyer.token !== null) sentReserves.push(sent);
    sendReserve(sent, key);
    if (key !== null && random.chance(0.3)) sendReserve(sent, key);
  }

  function sendReserve({ buyer, payload, wanted, partial }: SentReserve, key: string | null): void {
    const name = nextName('H');
    const faultsBefore = world.faults;
    world.note(
      `${buyer.name.padEnd(6)} ${name}: reserves ${JSON.stringify(payload)}${key === null ? '' : ` key ${key}`}`,
    );
    const session = buyer.token;
    const request = { method: 'POST', url: '/api/tickets/reserve', payload, headers: headersOf(session, key) } as const;
    const changesBefore = changesUnderway;
    world.send({
      name,
      request,
      hear(answer) {
        if (answer === null || !checkServed(name, answer, faultsBefore)) return;
        if (answer.status === 201) return witness.held(name, buyer, answer, { wanted, partial, session });
        const { code } = answer.body;
        claim(reserveRefusals.has(code), `${name} was refused with ${answer.text}`);
        if (code === 'NOT_ENOUGH_TICKETS') claim(answer.body.available < wanted, `${name}: ${answer.text}`);
        if (code === 'LIMIT_PER_CUSTOMER') claim(weather.limitPerCustomer !== null, `${name}: there is no limit`);
        const isCalm = changesBefore === 0 && changesUnderway === 0 && witness.isHealed();
        if (code === 'SOLD_OUT' && isCalm) refusedAsSoldOut.push({ name, payload });
      },
    });
  }

  let changesUnderway = 0;
  const refusedAsSoldOut: { name: string; payload: object }[] = [];

  /** Those who just heard "sold out": nothing of what they asked for may be claimable now or later (I8). */
  async function checkSoldOut(): Promise<void> {
    if (refusedAsSoldOut.length === 0) return;
    const tickets = await readTickets(world.ground, show);
    for (const { name, payload } of refusedAsSoldOut.splice(0)) {
      const asked = payload as { ticketTypeId?: number; items?: { ticketTypeId: number }[] };
      const types = asked.items?.map((item) => item.ticketTypeId) ?? [asked.ticketTypeId];
      const left = tickets
        .filter(
          // What staff keep back is off sale.
          (one) => types.includes(one.ticketTypeId) && (one.status === 'Available' || one.bookingId !== null),
        )
        .filter((one) => one.status !== 'Sold');
      claim(left.length === 0, `${name} heard "sold out", yet these are not sold: ${JSON.stringify(left)}`);
    }
  }

  /** Sends a request about a hold and sees to what is always true of its answer. */
  function ask(
    hold: KnownHold,
    asker: Buyer,
    what: { name: string; method: 'GET' | 'POST' | 'DELETE'; path: string; payload?: object; key?: string | null },
    then: (answer: Answer | null, before: { wasOver: boolean; wasCertain: boolean; faults: number }) => void,
  ): void {
    const before = { wasOver: isOver(hold), wasCertain: isCertain(hold), faults: world.faults };
    const changes = what.method !== 'GET' && asker === hold.buyer;
    if (changes) hold.underway += 1;
    world.note(`${asker.name.padEnd(6)} ${what.name}: ${what.method} ${what.path || 'purchase'} of ${hold.name}`);
    const url =
      what.path === 'purchase' ? '/api/tickets/purchase' : `/api/tickets/reservation/${hold.reservationId}${what.path}`;
    const { method, payload } = what;
    world.send({
      name: what.name,
      request: {
        method,
        url,
        headers: headersOf(asker === hold.buyer ? hold.session : asker.token, what.key ?? null),
        ...(payload && { payload }),
      },
      hear(answer) {
        if (changes) hold.underway -= 1;
        if (answer !== null && !checkServed(what.name, answer, before.faults)) {
          then(null, before);
          return;
        }
        if (answer !== null && asker !== hold.buyer) {
          const isOwnDoubleClick = answer.body?.code === 'IDEMPOTENCY_IN_FLIGHT';
          claim(
            answer.status === 404 || isOwnDoubleClick,
            `${asker.name} touches ${hold.name} of ${hold.buyer.name}: ${answer.text}`,
          );
          return;
        }
        if (answer !== null && endedCodes.has(answer.body?.code)) checkEnd(hold, what.name, answer, before);
        then(answer, before);
      },
    });
  }

  /** The owner hears that the hold is over. */
  function checkEnd(hold: KnownHold, name: string, answer: Answer, before: { wasCertain: boolean }): void {
    const stands = before.wasCertain && isCertain(hold) && !hold.mayBeBought;
    claim(!stands, `${name}: ${hold.name} is over before its deadline: ${answer.text}`);
    if (answer.status !== 410) return;
    claim(hold.state !== 'released' || hold.isUnclear, `${name}: ${hold.name} was released, and has expired as well`);
    hold.saidExpired = true;
  }

  function look(hold: KnownHold, asker: Buyer): void {
    ask(hold, asker, { name: nextName('G'), method: 'GET', path: '' }, (answer, { wasOver }) => {
      if (answer?.status !== 200) return;
      claim(!wasOver, `${hold.name} is still alive after its end: ${answer.text}`);
      const until = Date.parse(answer.body.expiresAt);
      if (isCertain(hold))
        claim(until >= hold.deadline, `${hold.name} was promised longer than ${answer.body.expiresAt}`);
    });
  }

  function renew(hold: KnownHold, asker: Buyer): void {
    ask(hold, asker, { name: nextName('N'), method: 'POST', path: '/renew' }, (answer, { wasOver }) => {
      if (answer === null) hold.latest = Math.max(hold.latest, witness.now() + show.holdMs);
      if (answer?.status !== 200) return;
      claim(!wasOver, `${hold.name} was renewed after its end`);
      hold.renewals += 1;
      claim(hold.renewals <= 1 || hold.isUnclear, `${hold.name} was renewed twice`);
      hold.deadline = Date.parse(answer.body.expiresAt);
      hold.latest = Math.max(hold.latest, hold.deadline);
      hold.changes += 1;
    });
  }

  function release(hold: KnownHold, asker: Buyer): void {
    ask(hold, asker, { name: nextName('R'), method: 'DELETE', path: '' }, (answer, { wasOver }) => {
      if (answer === null) hold.isUnclear = true;
      if (answer?.status !== 200) return;
      claim(!wasOver, `${hold.name} was released after its end`);
      hold.state = 'released';
      hold.changes += 1;
    });
  }

  /** Gives back one ticket of what was bought, or all of it. */
  function cancel(hold: KnownHold, asker: Buyer): void {
    if (hold.booking === null) return look(hold, asker);
    const name = nextName('C');
    const { bookingId } = hold.booking;
    const ticketIds = random.chance(0.5) ? [pick(hold.ticketIds)!] : hold.ticketIds;
    const isWhole = ticketIds === hold.ticketIds;
    const faultsBefore = world.faults;
    const isOwner = asker === hold.buyer;
    const before = new Set(hold.cancelled);
    const open = ticketIds.filter((id) => !before.has(id));
    if (isOwner) for (const id of open) hold.mayBeCancelled.add(id);
    world.note(`${asker.name.padEnd(6)} ${name}: gives ${isWhole ? 'all' : 'one'} of ${hold.name} back`);
    changesUnderway += 1;
    world.send({
      name,
      request: {
        method: isWhole ? 'DELETE' : 'POST',
        url: isWhole ? `/api/bookings/${bookingId}` : `/api/tickets/${ticketIds[0]}/cancel`,
        headers: headersOf(isOwner ? hold.session : asker.token, null),
      },
      hear(answer) {
        changesUnderway = Math.max(0, changesUnderway - 1);
        if (answer === null || !checkServed(name, answer, faultsBefore)) return;
        if (!isOwner) {
          claim(answer.status === 404, `${asker.name} gives ${hold.name} of ${hold.buyer.name} back: ${answer.text}`);
          return;
        }
        claim(answer.status === 200, `${name} was answered ${answer.text}`);
        witness.cancelled(hold, name, { ticketIds, before, answer });
      },
    });
  }

  function newAttempt(token: string): Attempt {
    return {
      name: nextName('P'),
      key: random.chance(0.8) ? newKey() : null,
      token,
      sent: 0,
      bankUrl: null,
      final: null,
    };
  }

  function purchase(hold: KnownHold, asker: Buyer, attempt: Attempt): void {
    attempt.sent += 1;
    if (asker === hold.buyer && !hold.attempts.includes(attempt)) hold.attempts.push(attempt);
    const payload = {
      reservationId: hold.reservationId,
      payment: { provider: 'sandbox', token: attempt.token },
    };
    const what = { name: attempt.name, method: 'POST', path: 'purchase', payload, key: attempt.key } as const;
    ask(hold, asker, what, (answer, { wasOver, wasCertain }) => {
      if (answer === null || answer.status === 202) {
        const url = answer?.body.action?.url;
        if (url) attempt.bankUrl = new URL(url).pathname;
        hold.mayBeBought ||= hold.state !== 'bought';
        return;
      }
      const { status, text } = answer;
      if (status === 201 || status === 402) {
        const isReplay = attempt.sent > 1;
        if (attempt.key !== null && attempt.final) {
          claim(attempt.final.text === text, `${attempt.name}: the same key was answered otherwise before`);
        }
        attempt.final = { status, text };
        if (status === 201) return witness.bought(hold, attempt, answer, wasOver && hold.booking === null);
        declined(hold, attempt, answer, isReplay);
        return;
      }
      const { code } = answer.body;
      if (busyCodes.has(code) || endedCodes.has(code) || code === 'TOO_MANY_ATTEMPTS') return;
      // By the mail address: bought with another session of the same buyer.
      if (code === 'LIMIT_PER_CUSTOMER') {
        claim(weather.limitPerCustomer !== null, `${attempt.name}: there is no limit`);
        return;
      }
      if (code === 'SEATS_TAKEN') {
        claim(!(wasCertain && isCertain(hold)), `${attempt.name}: the seats that ${hold.name} holds are taken`);
        hold.isUnclear = true;
        return;
      }
      claim(false, `${attempt.name} was answered ${text}`);
    });
  }

  function declined(hold: KnownHold, attempt: Attempt, answer: Answer, isReplay: boolean): void {
    const { body } = answer;
    claim(
      neverPay.has(attempt.token) || attempt.token === 'tok_3ds' || hold.attempts.length > 1,
      `${attempt.name} was declined with a good card`,
    );
    claim(hold.state !== 'bought' || isReplay || hold.isUnclear, `${hold.name} was bought and then declined`);
    hold.changes += 1;
    hold.latest = Math.max(hold.latest, witness.now() + 120_000);
    if (!isReplay && hold.underway === 0) hold.deadline = Math.max(hold.deadline, Date.parse(body.expiresAt));
  }

  function pay(hold: KnownHold, asker: Buyer): void {
    const open = hold.attempts.filter((attempt) => attempt.final === null || random.chance(0.3));
    const again = random.chance(0.5) ? pick(open) : undefined;
    const token = random.weighted([
      ['tok_ok', 14],
      ['tok_declined', 4],
      ['tok_insufficient_funds', 2],
      ['tok_3ds', 4],
      ['tok_slow', 1],
      ['tok_timeout_paid', 1],
      ['tok_timeout_unpaid', 1],
      ['tok_webhook_late', 1],
      ['tok_webhook_twice', 1],
      ['tok_webhook_never', 1],
    ] as const);
    const attempt = again ?? newAttempt(token);
    purchase(hold, asker, attempt);
    if (random.chance(0.2)) purchase(hold, asker, attempt.key === null ? newAttempt(token) : attempt);
  }

  /** The buyer does at the bank what buyers do there; the bank calls the shop. */
  function visitBank(attempt: Attempt): void {
    const choice = random.weighted([
      ['succeed', 4],
      ['fail', 1],
      ['cancel', 1],
    ] as const);
    const name = nextName('V');
    world.note(`buyer  ${name}: chooses ${choice} at the bank for ${attempt.name}`);
    const request = { method: 'POST', url: `${attempt.bankUrl}/${choice}` } as const;
    const faultsBefore = world.faults;
    world.send({
      name,
      request,
      hear: (answer) => void (answer && checkServed(name, answer, faultsBefore)),
    });
  }

  function act(hold: KnownHold): void {
    const waiting = hold.attempts.filter(({ bankUrl, final }) => bankUrl !== null && final === null);
    if (waiting.length > 0 && random.chance(0.5)) return visitBank(pick(waiting)!);
    const asker = random.chance(0.08) ? pick(buyers)! : hold.buyer;
    if (hold.state === 'bought' && random.chance(0.4)) return cancel(hold, asker);
    random.weighted([
      [pay, 6],
      [look, 3],
      [renew, 2],
      [release, 2],
    ] as const)(hold, asker);
  }

  return {
    buyers,
    checkSoldOut,
    purchase,
    visitBank,
    look,
    newAttempt,
    /** Counted by staff actions: while one is under way, database and ledger may differ for a moment. */
    staffBegins(): void {
      changesUnderway += 1;
    },
    staffEnds(): void {
      changesUnderway = Math.max(0, changesUnderway - 1);
    },
    /** Whatever staff had under way died with the process, and people look whether their tickets are still there. */
    crashed(): void {
      changesUnderway = 0;
      for (const hold of witness.holds.slice(-6)) look(hold, hold.buyer);
    },
    async act(): Promise<void> {
      const known = witness.holds.filter((hold) => !isOver(hold) || random.chance(0.2));
      const hold = pick(known.slice(-12));
      if (!hold || random.chance(0.4)) await reserve();
      else act(hold);
    },
    /** Time jumps to where a hold ends, or just beside it, and its owner is there. */
    comeBackLate(): void {
      const hold = pick(witness.holds.filter((one) => isCertain(one)));
      if (!hold) return;
      const at = hold.deadline + random.below(3) - 1;
      world.note(`time   jumps to the end of ${hold.name}`);
      world.clock.advance(Math.max(0, at - witness.now()));
      act(hold);
    },
  };
}

export type Buyers = ReturnType<typeof createBuyers>;

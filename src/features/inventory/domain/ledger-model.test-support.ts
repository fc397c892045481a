import assert from 'node:assert/strict';
import type { Instant } from '../../../kernel/instant.ts';
import { CustomersModel, type ModelHold } from './customers-model.test-support.ts';
import type { Buyer, HoldRefusal, HoldRequest, LedgerSnapshot, LimitRefusal, Owner, PlaceRow } from './types.ts';
import { type Purchase, placeState, type ReservationRefusal, type TypeAvailability } from './types.ts';

/**
 * The ledger as one would explain it on paper: lists, searched from end to end. It says what every answer must be,
 * except which of the free places a customer gets; that it checks.
 * Each guard can be taken out, to show what it is for.
 */
export interface Guards {
  /** A hold is dead for every decision from its deadline on. Out: a sweep that runs now and then is all there is. */
  readonly deadline: boolean;
  /** The limit per customer is counted in the same step as the hold is made. Out: it is not looked at. */
  readonly limit: boolean;
  /** A place is taken only if it is free. Out: who asks for a place gets it. */
  readonly claim: boolean;
}

export const allGuards: Guards = { deadline: true, limit: true, claim: true };

export interface ModelPlace {
  placeNo: number;
  ticketId: string;
  ticketTypeId: number;
  state: number;
}

type Expected = { refusal: HoldRefusal } | { replayOf: ModelHold } | { counts: Map<number, number>; exact?: number[] };

export class LedgerModel extends CustomersModel {
  places: ModelPlace[];
  /** How each hold ended (I3: once). */
  ended = new Map<string, string>();
  expired = new Map<string, { customer: string; account: string | null; at: Instant }>();
  /** Who paid for which place: two names on one place is what must never be. */
  owners = new Map<number, string[]>();
  readonly isByChoice: (placeNo: number) => boolean;
  private readonly guards: Guards;

  constructor(snapshot: LedgerSnapshot, guards: Guards = allGuards) {
    super(snapshot);
    this.places = snapshot.places.map((place) => ({ ...place }));
    this.guards = guards;
    const { geometry } = snapshot;
    this.isByChoice = (placeNo) =>
      geometry !== null && placeNo < geometry.seatCount && geometry.kindOf[placeNo] !== 0 && this.isSeated(placeNo);
  }

  /** What `place` must answer. The request is valid; every type and rate named in it exists. */
  expectPlace(request: HoldRequest, now: Instant): Expected {
    if (this.guards.deadline) this.sweep(now);
    const { idempotency, customer, selection } = request;
    const earlier = this.holds.find(
      (hold) => idempotency && hold.customer === customer && hold.key === idempotency.key,
    );
    if (earlier) {
      return earlier.requestHash === idempotency!.requestHash
        ? { replayOf: earlier }
        : { refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } };
    }
    if (selection.kind === 'seats') throw new Error('The model knows places by ticket id.');
    const wanted = new Map<number, number>();
    if (selection.kind === 'items') {
      for (const { ticketTypeId, quantity } of selection.items) {
        wanted.set(ticketTypeId, (wanted.get(ticketTypeId) ?? 0) + quantity);
      }
    }
    const ids = selection.kind === 'tickets' ? [...new Set(selection.ticketIds)] : [];
    const unknown = ids.filter((id) => !this.byTicket(id));
    if (unknown.length > 0) return { refusal: { code: 'TICKET_UNKNOWN', ids: unknown } };
    const codes = this.codesOf(request);
    if (codes.includes(undefined)) {
      return { refusal: { code: codes[0] === undefined ? 'PROMO_CODE_UNKNOWN' : 'ACCESS_CODE_UNKNOWN' } };
    }
    if (!this.rules.isSelling) return { refusal: { code: 'EVENT_NOT_ON_SALE', reason: 'not_selling', opensAt: null } };

    const typeIds = selection.kind === 'items' ? [...wanted.keys()] : ids.map((id) => this.byTicket(id)!.ticketTypeId);
    for (const ticketTypeId of typeIds) {
      const isHidden = this.rules.types.find((type) => type.ticketTypeId === ticketTypeId)?.isHidden ?? false;
      const isNamed = codes.some((code) => code?.ticketTypeIds?.includes(ticketTypeId));
      if (isHidden && !isNamed) return { refusal: { code: 'TICKET_TYPE_UNKNOWN', ticketTypeId } };
    }
    for (const code of codes) {
      const shown = typeIds.filter((id) => !this.rules.types.some((type) => type.ticketTypeId === id && type.isHidden));
      if ((code!.ticketTypeIds ?? shown).some((id) => typeIds.includes(id))) continue;
      return { refusal: { code: code!.kind === 'promo' ? 'PROMO_CODE_NOT_APPLICABLE' : 'ACCESS_CODE_NOT_APPLICABLE' } };
    }
    const count = ids.length + sum([...wanted.values()]);
    const { limitPerReservation, limitPerCustomer } = this.rules;
    if (count > limitPerReservation) return { refusal: { code: 'LIMIT_PER_RESERVATION', limit: limitPerReservation } };
    const keys = [customer, request.account ?? customer, request.contact?.email ?? customer];
    const already = Math.max(...keys.map((key) => this.countOf(key)));
    if (this.guards.limit && limitPerCustomer !== null && already + count > limitPerCustomer) {
      return { refusal: { code: 'LIMIT_PER_CUSTOMER', limit: limitPerCustomer, already } };
    }
    const usedUp = this.refuseUses(this.usedBy(request, typeIds), keys);
    if (usedUp) return { refusal: usedUp };
    return selection.kind === 'tickets'
      ? this.expectExact(ids, request.partial)
      : this.expectItems(wanted, request.partial);
  }

  /** Writes down a hold that the ledger made, after checking that it took only what it may. */
  hold(request: HoldRequest, placeNos: readonly number[], partial: boolean, now: Instant): void {
    assert.equal(new Set(placeNos).size, placeNos.length, 'each place once');
    for (const placeNo of placeNos) {
      if (this.guards.claim) assert.equal(this.at(placeNo).state, placeState.available, `place ${placeNo} is free`);
      if (request.selection.kind === 'items') assert.ok(!this.isByChoice(placeNo), 'no wheelchair place unasked');
      this.at(placeNo).state = placeState.held;
    }
    this.holds.push({
      id: request.reservationId,
      customer: request.customer,
      account: request.account ?? null,
      mail: null,
      email: request.contact?.email ?? null,
      codes: this.usedBy(
        request,
        placeNos.map((placeNo) => this.at(placeNo).ticketTypeId),
      ),
      placeNos: [...placeNos],
      status: 'active',
      deadline: now + this.rules.holdMs,
      deadlineBeforePayment: 0,
      extended: false,
      renewals: 0,
      attempts: 0,
      key: request.idempotency?.key,
      requestHash: request.idempotency?.requestHash,
      partial,
    });
  }

  /** The hold, if this customer may see it; else why not. */
  find(id: string, owner: Owner, now: Instant): ModelHold | ReservationRefusal {
    if (this.guards.deadline) this.sweep(now);
    const asking = [owner ?? []].flat();
    const mine = (hold: { customer: string; account: string | null }) =>
      owner === null || asking.some((key) => key === hold.customer || key === hold.account);
    const hold = this.holds.find((one) => one.id === id && mine(one));
    if (hold) return hold;
    const gone = this.expired.get(id);
    return gone && mine(gone) && now - gone.at < 15 * 60_000
      ? { code: 'RESERVATION_EXPIRED', expiredAt: gone.at }
      : { code: 'RESERVATION_UNKNOWN' };
  }

  renew(id: string, owner: Owner, now: Instant): ModelHold | ReservationRefusal {
    const hold = this.findActive(id, owner, now);
    if ('code' in hold) return hold;
    if (hold.renewals > 0) return { code: 'ALREADY_RENEWED' };
    hold.deadline = Math.max(hold.deadline, now + this.rules.holdMs);
    hold.renewals = 1;
    return hold;
  }

  release(id: string, owner: Owner, now: Instant): ModelHold | ReservationRefusal {
    const hold = this.findActive(id, owner, now);
    if (!('code' in hold)) this.end(hold, 'released', placeState.available);
    return hold;
  }

  freeze(
    id: string,
    owner: Owner,
    now: Instant,
    graceMs: number,
    buyer?: Buyer,
  ): ModelHold | ReservationRefusal | LimitRefusal {
    const hold = this.findActive(id, owner, now);
    if ('code' in hold) return hold;
    if (hold.attempts >= 5) return { code: 'TOO_MANY_ATTEMPTS', limit: 5 };
    if (buyer) {
      const mail = buyer.email ?? hold.email;
      const account = hold.account === null ? buyer.account : null;
      const keys = [account, mail].filter((key) => key !== null);
      const { limitPerCustomer: limit } = this.rules;
      const isCounted = limit !== null || hold.codes.some(({ usesPerCustomer }) => usesPerCustomer !== null);
      if (isCounted && keys.length === 0 && hold.account === null) return { code: 'MAIL_OR_ACCOUNT_NEEDED' };
      const already = Math.max(0, ...keys.map((key) => this.countOf(key)));
      if (this.guards.limit && limit !== null && keys.length > 0 && already + hold.placeNos.length > limit) {
        return { code: 'LIMIT_PER_CUSTOMER', limit, already };
      }
      const used = this.refuseUses(
        hold.codes.map((code) => ({ ...code, usesMax: null })),
        keys,
      );
      if (used) return used as LimitRefusal;
      hold.mail = mail;
      hold.account ??= buyer.account;
    }
    hold.deadlineBeforePayment = hold.deadline;
    hold.deadline = Math.max(hold.deadline, now + graceMs);
    hold.status = 'paying';
    hold.attempts += 1;
    return hold;
  }

  markReserved(id: string): void {
    for (const placeNo of this.paying(id)?.placeNos ?? []) this.at(placeNo).state = placeState.reserved;
  }

  unfreeze(id: string): void {
    const hold = this.takeBack(id);
    if (hold) hold.attempts -= 1;
  }

  thaw(id: string, now: Instant, keepMs: number): void {
    const hold = this.takeBack(id);
    if (!hold || hold.extended || now + keepMs <= hold.deadline) return;
    hold.deadline = now + keepMs;
    hold.extended = true;
  }

  convert(id: string): void {
    const hold = this.holds.find((one) => one.id === id);
    if (!hold) return;
    for (const placeNo of hold.placeNos) {
      this.owners.set(placeNo, [...(this.owners.get(placeNo) ?? []), hold.customer]);
    }
    this.purchases.push(this.purchaseOf(hold));
    this.end(hold, 'converted', placeState.sold);
  }

  purchaseOf({ id, customer, account, mail, placeNos, codes }: ModelHold): Purchase {
    const keys = [customer, account, mail].filter((key) => key !== null);
    const codeIds = codes.map(({ codeId }) => codeId);
    return { reservationId: id, keys: [...new Set(keys)], count: placeNos.length, codeIds };
  }

  cancelPurchase(id: string, count: number): void {
    const purchase = this.purchases.find(({ reservationId }) => reservationId === id);
    if (!purchase) return;
    const left = { ...purchase, count: Math.max(0, purchase.count - count) };
    this.purchases = this.purchases.filter((one) => one !== purchase).concat(left.count > 0 ? [left] : []);
  }

  drop(id: string): void {
    const hold = this.holds.find((one) => one.id === id);
    if (hold) this.end(hold, 'dropped', null);
  }

  /** Answers the holds that lose their claim. */
  sync(row: PlaceRow): ModelHold[] {
    const place = this.places.find(({ placeNo }) => placeNo === row.placeNo);
    if (!place) {
      this.places.push({ ...row });
      return [];
    }
    const isOther = place.ticketId !== row.ticketId;
    if (isOther && row.state === placeState.none && place.state !== placeState.none) return [];
    const hold = this.holds.find(({ placeNos }) => placeNos.includes(row.placeNo));
    if (hold && !isOther && row.state === placeState.available) {
      place.state = placeState.held;
      return [];
    }
    if (hold && !isOther && row.state === placeState.reserved && hold.status === 'paying') {
      place.state = placeState.reserved;
      return [];
    }
    if (hold) this.end(hold, 'dropped', null);
    place.ticketId = row.ticketId;
    place.state = row.state;
    return hold ? [hold] : [];
  }

  endAllHolds(): string[] {
    const active = this.holds.filter(({ status }) => status === 'active');
    for (const hold of active) this.end(hold, 'released', placeState.available);
    return active.map(({ id }) => id);
  }

  /** Ends what is due. */
  sweep(now: Instant): void {
    for (const hold of this.holds.filter(({ status, deadline }) => status === 'active' && deadline <= now)) {
      this.expired.set(hold.id, { customer: hold.customer, account: hold.account, at: hold.deadline });
      this.end(hold, 'expired', placeState.available);
    }
  }

  nextExpiryAt(places: readonly ModelPlace[] = this.places): Instant | null {
    const nos = new Set(places.map(({ placeNo }) => placeNo));
    const active = this.holds.filter((hold) => hold.status === 'active' && hold.placeNos.some((no) => nos.has(no)));
    return active.length === 0 ? null : Math.min(...active.map(({ deadline }) => deadline));
  }

  availability(): TypeAvailability[] {
    return this.rules.types.map(({ ticketTypeId }) => {
      const count = (...states: number[]) =>
        this.ofType(ticketTypeId).filter(({ state }) => states.includes(state)).length;
      return {
        ticketTypeId,
        capacity: this.ofType(ticketTypeId).length - count(placeState.none),
        available: count(placeState.available),
        held: count(placeState.held),
        reserved: count(placeState.reserved, placeState.blocked),
        sold: count(placeState.sold),
        nextExpiryAt: this.nextExpiryAt(this.ofType(ticketTypeId)),
      };
    });
  }

  states(): number[] {
    const states: number[] = [];
    for (const { placeNo, state } of this.places) states[placeNo] = state;
    return Array.from(states, (state) => state ?? placeState.none);
  }

  at(placeNo: number): ModelPlace {
    const place = this.places.find((one) => one.placeNo === placeNo);
    assert.ok(place, `there is a place ${placeNo}`);
    return place;
  }

  byTicket(ticketId: string): ModelPlace | undefined {
    return this.places.find((place) => place.ticketId === ticketId && place.state !== placeState.none);
  }

  private expectExact(ids: readonly string[], partial: boolean): Expected {
    const free = ids.filter((id) => !this.guards.claim || this.byTicket(id)!.state === placeState.available);
    const taken = ids.filter((id) => !free.includes(id));
    if (taken.length > 0 && (!partial || free.length === 0)) return { refusal: { code: 'SEATS_TAKEN', ids: taken } };
    return { counts: new Map(), exact: free.map((id) => this.byTicket(id)!.placeNo) };
  }

  private expectItems(wanted: Map<number, number>, partial: boolean): Expected {
    const automatic = (typeId: number) =>
      this.ofType(typeId).filter(({ placeNo, state }) => state === placeState.available && !this.isByChoice(placeNo))
        .length;
    const short = [...wanted.keys()].filter((typeId) => automatic(typeId) < wanted.get(typeId)!);
    const counts = new Map([...wanted].map(([typeId, count]) => [typeId, Math.min(count, automatic(typeId))]));
    if (short.length === 0 || (partial && sum([...counts.values()]) > 0)) return { counts };

    const backSoon: number[] = [placeState.held, placeState.reserved];
    const claimable = (place: ModelPlace) => place.state === placeState.available || backSoon.includes(place.state);
    if (![...wanted.keys()].some((typeId) => this.ofType(typeId).some(claimable)))
      return { refusal: { code: 'SOLD_OUT' } };
    const scarce = short.flatMap((typeId) => this.ofType(typeId));
    const available = scarce.filter(({ state }) => state === placeState.available);
    return {
      refusal: {
        code: 'NOT_ENOUGH_TICKETS',
        requested: sum(short.map((typeId) => wanted.get(typeId)!)),
        available: available.length,
        held: scarce.filter(({ state }) => backSoon.includes(state)).length,
        nextExpiryAt: this.nextExpiryAt(scarce),
        byChoiceOnly: available.filter(({ placeNo }) => this.isByChoice(placeNo)).length,
        ticketTypeIds: short,
      },
    };
  }

  private findActive(id: string, owner: Owner, now: Instant): ModelHold | ReservationRefusal {
    const hold = this.find(id, owner, now);
    return 'code' in hold || hold.status === 'active' ? hold : { code: 'RESERVATION_IN_PAYMENT' };
  }

  private takeBack(id: string): ModelHold | undefined {
    const hold = this.paying(id);
    for (const placeNo of hold?.placeNos ?? []) this.at(placeNo).state = placeState.held;
    return hold && Object.assign(hold, { status: 'active', mail: null, deadline: hold.deadlineBeforePayment });
  }

  private paying(id: string): ModelHold | undefined {
    return this.holds.find((hold) => hold.id === id && hold.status === 'paying');
  }

  private end(hold: ModelHold, how: string, state: number | null): void {
    assert.equal(this.ended.get(hold.id), undefined, `hold ${hold.id} ends once`);
    this.ended.set(hold.id, how);
    this.holds = this.holds.filter((one) => one !== hold);
    for (const placeNo of hold.placeNos) {
      const place = this.at(placeNo);
      if (state !== null) place.state = state;
      else if (place.state === placeState.held) place.state = placeState.available;
    }
  }

  private ofType(ticketTypeId: number): ModelPlace[] {
    return this.places.filter((place) => place.ticketTypeId === ticketTypeId);
  }

  private isSeated(placeNo: number): boolean {
    const { ticketTypeId } = this.at(placeNo);
    return this.rules.types.some((type) => type.ticketTypeId === ticketTypeId && type.seated);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

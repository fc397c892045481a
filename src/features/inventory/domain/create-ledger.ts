import { assert } from '../../../kernel/assert.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { availabilityOf } from './availability-of.ts';
import { changePromoCode } from './change-code.ts';
import { CustomerBook } from './customer-book.ts';
import { bindBuyer, bindMailOf } from './customer-limits.ts';
import { ExpiredHolds } from './expired-holds.ts';
import { holdersOf } from './held-limits.ts';
import { HoldBook, type HoldRecord, type NewHold } from './hold-book.ts';
import { extendOnce, freezeHold, setStates, thawHold, unfreezeHold } from './hold-in-payment.ts';
import type { BeginLedger, EventLedger, LedgerBeginning, PlaceNow } from './ledger.ts';
import { fromJournal, toJournal, withTimeLeft } from './make-hold.ts';
import { owns } from './owner.ts';
import { attemptsMax } from './payment-attempts.ts';
import { noHold, PlaceTable } from './place-table.ts';
import { type LedgerView, planHold } from './plan-hold.ts';
import { type Proposal, type ProposalRequest, proposePlaces } from './propose-places.ts';
import {
  type Buyer,
  countsPurchases,
  type Hold,
  type HoldPayment,
  type HoldRefusal,
  type HoldRequest,
  type JournaledHold,
  type LedgerSnapshot,
  type LedgerStart,
  type LimitRefusal,
  type Owner,
  type PlaceRow,
  type PlaceState,
  type Purchase,
  placeState,
  type ReadHold,
  type ReservationRefusal,
  type SaleRules,
  type TypeAvailability,
} from './types.ts';

/** How often the customer may start the hold time again. */
const renewalsMax = 1;

/** The in-process ledger of one event (see {@link EventLedger}), begun with what the catalogue says. */
export const beginLedger: BeginLedger = (start) => new InProcessLedger(start);

type Found = Decision<HoldRecord, ReservationRefusal>;

/**
 * A place is free, held, or what the database says. A hold is `active` until its deadline; a payment freezes it
 * (`paying`) and thaws it again or converts it. It ends once: released, expired, converted or dropped (I3), always
 * through {@link end}.
 */
class InProcessLedger implements EventLedger, LedgerBeginning, LedgerView {
  rules: SaleRules;
  readonly table: PlaceTable;
  readonly book = new HoldBook();
  private readonly expired = new ExpiredHolds();
  private ruleChanges = 0;
  /** Expired since the sweep last asked. */
  private lapsed: Hold[] = [];
  /** Kept only while the event has a limit per customer or codes. */
  customers: CustomerBook | null = null;

  constructor({ epoch, rules, geometry, expectedPlaces }: LedgerStart) {
    this.rules = rules;
    this.countCustomers();
    this.table = new PlaceTable(epoch, geometry, Math.max(expectedPlaces, geometry?.seatCount ?? 0));
    this.table.changeTypes(rules.types);
  }

  add(places: readonly PlaceRow[]): void {
    for (const place of places) this.putPlace(place);
  }

  finish({ holds, purchases }: Pick<LedgerSnapshot, 'holds' | 'purchases'>, now: Instant): EventLedger {
    for (const hold of holds) {
      this.restore(withTimeLeft(hold, now));
      this.releaseExpired(now);
    }
    this.learnPurchases(purchases);
    return this;
  }

  get version(): string {
    return this.table.changes.version;
  }
  get nextExpiryAt(): Instant | null {
    return this.book.nextExpiryAt;
  }
  get holdCount(): number {
    return this.book.size;
  }
  get revision(): number {
    return this.book.deadlineChanges + this.ruleChanges;
  }

  place(
    request: HoldRequest,
    now: Instant,
  ): Decision<{ hold: Hold; partial: boolean; replayed: boolean }, HoldRefusal> {
    this.releaseExpired(now);
    const { customer, idempotency } = request;
    const earlier = idempotency === null ? undefined : this.book.withKey(customer, idempotency.key);
    if (earlier !== undefined) {
      if (earlier.hold.idempotency?.requestHash !== idempotency?.requestHash) {
        return refuse({ code: 'IDEMPOTENCY_KEY_REUSED' });
      }
      return accept({ hold: earlier.hold, partial: earlier.partial, replayed: true });
    }
    const planned = planHold(request, this, now);
    if (!planned.accepted) return planned;
    const { hold, placeNos, partial, holders } = planned.value;
    this.claim(hold, { placeNos, partial, holders, network: request.network ?? null, extended: false });
    return accept({ hold, partial, replayed: false });
  }

  propose(request: ProposalRequest, now: Instant): Decision<Proposal, HoldRefusal> {
    this.releaseExpired(now);
    return proposePlaces(request, this, now);
  }

  find(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal> {
    const found = this.findRecord(reservationId, owner, now);
    return found.accepted ? accept(found.value.hold) : found;
  }

  findByTicket(ticketId: string, owner: Owner, now: Instant): Hold | undefined {
    this.releaseExpired(now);
    const place = this.table.placeOfTicket(ticketId);
    const hold = place === undefined ? undefined : this.book.at(this.table.hold(place))?.hold;
    return hold !== undefined && owns(hold, owner) ? hold : undefined;
  }

  renew(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal> {
    const found = this.findActive(reservationId, owner, now);
    if (!found.accepted) return found;
    const { hold } = found.value;
    if (hold.renewals >= renewalsMax) return refuse({ code: 'ALREADY_RENEWED' });
    const expiresAt = Math.max(hold.expiresAt, now + this.rules.holdMs);
    this.book.replace(found.value, { ...hold, expiresAt, renewals: hold.renewals + 1 });
    return accept(found.value.hold);
  }

  changeCode(reservationId: string, owner: Owner, now: Instant, promoCode: string | null) {
    const found = this.findActive(reservationId, owner, now);
    return found.accepted ? changePromoCode(found.value, promoCode, this, now) : found;
  }

  release(reservationId: string, owner: Owner, now: Instant): Decision<Hold, ReservationRefusal> {
    const found = this.findActive(reservationId, owner, now);
    if (!found.accepted) return found;
    this.end(found.value, placeState.available);
    return accept(found.value.hold);
  }

  expire(now: Instant): readonly Hold[] {
    this.releaseExpired(now);
    this.expired.prune(now);
    if (this.lapsed.length === 0) return this.lapsed;
    const lapsed = this.lapsed;
    this.lapsed = [];
    return lapsed;
  }

  freeze(
    reservationId: string,
    owner: Owner,
    now: Instant,
    graceMs: number,
    buyer?: Buyer,
    payment?: HoldPayment,
  ): Decision<Hold, ReservationRefusal | LimitRefusal> {
    const found = this.findActive(reservationId, owner, now);
    if (!found.accepted) return found;
    const record = found.value;
    if (record.hold.attempts >= attemptsMax) return refuse({ code: 'TOO_MANY_ATTEMPTS', limit: attemptsMax });
    const limit = buyer === undefined ? undefined : bindBuyer(this.customers, record, buyer, this.rules);
    if (limit !== undefined) return refuse(limit);
    return accept(freezeHold(this, record, { now, graceMs, ...(payment && { payment }) }));
  }

  markReserved(reservationId: string): void {
    const record = this.book.get(reservationId);
    if (record?.hold.status === 'paying') setStates(this, record, placeState.reserved);
  }
  unfreeze(reservationId: string, bookingId?: string): void {
    unfreezeHold(this, this.book.get(reservationId), bookingId);
  }
  thaw(reservationId: string, now: Instant, keepMs: number, bookingId?: string): void {
    thawHold(this, this.book.get(reservationId), { now, keepMs, ...(bookingId !== undefined && { bookingId }) });
  }

  extendPayment(reservationId: string, until: Instant): void {
    const record = this.book.get(reservationId);
    if (record?.hold.status !== 'paying' || record.hold.expiresAt >= until) return;
    this.book.replace(record, { ...record.hold, expiresAt: until });
  }

  keepOnce(reservationId: string, now: Instant, keepMs: number): Instant | undefined {
    const record = this.book.get(reservationId);
    if (record?.hold.status !== 'active') return undefined;
    const expiresAt = extendOnce(record, record.hold.expiresAt, now + keepMs);
    if (expiresAt !== record.hold.expiresAt) this.book.replace(record, { ...record.hold, expiresAt });
    return expiresAt;
  }

  shiftDeadlines(byMs: number): readonly Hold[] {
    this.book.shift(byMs);
    this.expired.shift(byMs);
    return this.book.all().map(({ hold }) => hold);
  }
  inPayment(): readonly Hold[] {
    return this.book.inPayment();
  }

  convert(reservationId: string): void {
    const record = this.book.get(reservationId);
    if (record !== undefined) this.end(record, placeState.sold);
  }
  drop(reservationId: string): void {
    const record = this.book.get(reservationId);
    if (record !== undefined) this.end(record, null);
  }

  sync(places: readonly PlaceRow[]): readonly Hold[] {
    const dropped: Hold[] = [];
    for (const row of places) {
      const record = this.book.at(this.table.hold(row.placeNo));
      if (record === undefined) {
        this.putPlace(row);
      } else if (this.table.ticketId(row.placeNo) !== row.ticketId) {
        // A cancelled ticket that was here before says nothing about the one that is here now.
        if (row.state === placeState.none) continue;
        this.dropFor(record, row, dropped);
      } else if (row.state === placeState.available) {
        this.table.setState(row.placeNo, placeState.held);
      } else if (row.state === placeState.reserved && record.hold.status === 'paying') {
        this.table.setState(row.placeNo, placeState.reserved);
      } else {
        this.dropFor(record, row, dropped);
      }
    }
    return dropped;
  }

  learnPurchases(purchases: readonly Purchase[]): void {
    if (this.customers === null) return;
    for (const purchase of purchases) {
      const record = this.book.get(purchase.reservationId);
      if (record === undefined) this.customers.learn(purchase);
      else bindMailOf(this.customers, record, purchase);
    }
  }

  cancelPurchase = (reservationId: string, count: number): void => this.customers?.cancel(reservationId, count);
  holdsBefore = (edition: number): number => this.book.countBefore(edition);
  leaveOfPurchase = (reservationId: string, left: number): void => this.customers?.leave(reservationId, left);

  changeRules(rules: SaleRules): void {
    this.rules = rules;
    this.ruleChanges += 1;
    this.countCustomers();
    this.table.changeTypes(rules.types);
  }

  endAllHolds(): readonly Hold[] {
    const ended: Hold[] = [];
    for (const record of this.book.all()) {
      if (record.hold.status !== 'active') continue;
      this.end(record, placeState.available);
      ended.push(record.hold);
    }
    return ended;
  }

  stateOf(ticketId: string): PlaceNow | undefined {
    const placeNo = this.table.placeOfTicket(ticketId);
    if (placeNo === undefined) return undefined;
    return {
      placeNo,
      state: this.table.state(placeNo),
      ticketTypeId: this.table.ticketTypeIdAt(placeNo),
      reservationId: this.book.at(this.table.hold(placeNo))?.hold.reservationId ?? null,
    };
  }

  availability(now: Instant): readonly TypeAvailability[] {
    this.releaseExpired(now);
    return availabilityOf(this.rules, this.table, this.book);
  }
  states(now: Instant): Uint8Array {
    this.releaseExpired(now);
    return this.table.states();
  }
  toJournal(reservationId: string): JournaledHold | undefined {
    const record = this.book.get(reservationId);
    return record === undefined ? undefined : toJournal(record);
  }

  changesSince = (version: string): readonly number[] | null => this.table.changes.since(version);
  ticketIdAt = (placeNo: number): string | undefined => this.table.ticketId(placeNo);

  /** Every decision begins here: what has expired is gone, whether a sweep has been by or not. */
  private releaseExpired(now: Instant): void {
    for (let record = this.book.firstDue(now); record !== undefined; record = this.book.firstDue(now)) {
      this.end(record, placeState.available);
      const { reservationId, customer, account, expiresAt: expiredAt } = record.hold;
      this.expired.add(reservationId, { customer, account, expiredAt });
      this.lapsed.push(record.hold);
    }
  }

  private findRecord(reservationId: string, owner: Owner, now: Instant): Found {
    this.releaseExpired(now);
    const record = this.book.get(reservationId);
    if (record !== undefined && owns(record.hold, owner)) return accept(record);
    const expiredAt = record === undefined ? this.expired.expiredAt(reservationId, owner, now) : undefined;
    return refuse(
      expiredAt === undefined ? { code: 'RESERVATION_UNKNOWN' } : { code: 'RESERVATION_EXPIRED', expiredAt },
    );
  }

  private findActive(reservationId: string, owner: Owner, now: Instant): Found {
    const found = this.findRecord(reservationId, owner, now);
    if (found.accepted && found.value.hold.status === 'paying') return refuse({ code: 'RESERVATION_IN_PAYMENT' });
    return found;
  }

  /** Begins or stops to count customers, as the rules want it. */
  private countCustomers(): void {
    const isCounted = countsPurchases(this.rules);
    if (isCounted === (this.customers !== null)) return;
    this.customers = isCounted ? new CustomerBook() : null;
    for (const { hold } of this.book.all()) this.customers?.hold(hold);
  }

  private claim(hold: Hold, kept: Omit<NewHold, 'typeNos'>): void {
    const typeNos: number[] = [];
    for (const place of kept.placeNos) {
      const typeNo = this.table.typeNo(place);
      if (!typeNos.includes(typeNo)) typeNos.push(typeNo);
    }
    const { slot } = this.book.add(hold, { ...kept, typeNos });
    this.customers?.hold(hold);
    for (const place of kept.placeNos) {
      this.table.setHold(place, slot);
      if (hold.status === 'paying') continue;
      assert(this.table.state(place) === placeState.available, 'Only a free place is ever held.');
      this.table.setState(place, placeState.held);
    }
  }

  /** Ends a live hold. `state` null: places that only we hold are free, what the database said stays. */
  private end(record: HoldRecord, state: PlaceState | null): void {
    this.book.remove(record);
    if (state === placeState.sold) this.customers?.sell(record.hold, record.mail);
    else this.customers?.release(record.hold, record.mail);
    for (const place of record.placeNos) {
      this.table.setHold(place, noHold);
      if (state !== null) this.table.setState(place, state);
      else if (this.table.state(place) === placeState.held) this.table.setState(place, placeState.available);
    }
  }

  private dropFor(record: HoldRecord, row: PlaceRow, dropped: Hold[]): void {
    this.end(record, null);
    dropped.push(record.hold);
    this.putPlace(row);
  }

  private putPlace(row: PlaceRow): void {
    assert(row.state !== placeState.held, 'The database knows no holds.');
    const known = this.table.ticketId(row.placeNo);
    if (row.state === placeState.none && known !== undefined && known !== row.ticketId) return;
    this.table.put(row);
  }

  /** Takes a hold of the journal back if it can be; one that has expired meanwhile ends as such. */
  private restore(read: ReadHold): void {
    const restored = this.book.get(read.reservationId) ? undefined : fromJournal(read, this.table, this.rules);
    if (restored === undefined) return;
    const { hold, extended, deadlineBeforePayment } = restored;
    const { placeNos, partial = false, network = null } = read;
    this.claim(hold, { placeNos, partial, extended, network, holders: holdersOf(read), deadlineBeforePayment });
  }
}

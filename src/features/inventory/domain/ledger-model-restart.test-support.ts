import assert from 'node:assert/strict';
import type { ModelHold } from './customers-model.test-support.ts';
import { createLedger } from './ledger-makers.test-support.ts';
import type { LedgerModel } from './ledger-model.test-support.ts';
import {
  bookingOf,
  checkAll,
  keepMs,
  noteEnd,
  type Real,
  type Step,
  start,
  sweep,
} from './ledger-model-steps.test-support.ts';
import { type JournaledHold, type PlaceRow, type Purchase, placeState, type ReadHold } from './types.ts';

/**
 * The process dies, or the event goes to another one; a new ledger is made from what the database and the journal say.
 * `payments`: whether those under way still are when they are read, or were declined meanwhile, or lapsed, without anybody to say so.
 */
export class Restart implements Step {
  readonly payments: 'open' | 'declined' | 'lapsed';
  constructor(payments: Restart['payments']) {
    this.payments = payments;
  }
  check = () => true;
  run({ model }: { model: LedgerModel }, real: Real): void {
    sweep(model, real);
    model.expired.clear();
    const holds: ReadHold[] = [];
    const bought: Purchase[] = [];
    for (const hold of [...model.holds]) {
      const read = this.restart(hold, real.ledger.toJournal(hold.id)!, model, real.now);
      if (read === null) noteEnd(real, hold.id);
      else holds.push(read);
      if (read?.booking?.state === 'open') bought.push(model.purchaseOf(hold));
    }
    const places = model.places
      .filter(({ state }) => state !== placeState.none)
      .map((place) => ({ ...place, state: place.state === placeState.held ? placeState.available : place.state }));
    model.places = model.places.filter(({ state }) => state !== placeState.none);
    const purchases = [...model.purchases, ...bought];
    real.epochs += 1;
    const { rules } = model;
    real.ledger = createLedger(
      { ...start, epoch: `e${real.epochs}`, rules, places: places as PlaceRow[], holds, purchases },
      real.now,
    );
    assert.equal(real.ledger.changesSince(real.seen.version), null, 'a version of another epoch says nothing');
    real.seen = { version: real.ledger.version, states: real.ledger.states(real.now).slice() };
    checkAll(model, real);
  }

  /** What is read of a hold, and how it goes on; null: its places are not its own any more. */
  private restart(hold: ModelHold, journaled: JournaledHold, model: LedgerModel, now: number): ReadHold | null {
    if (hold.status === 'active') return journaled;
    const states = new Set(hold.placeNos.map((no) => model.at(no).state));
    const bookingId = bookingOf(hold);
    if (states.size > 1) {
      model.purchases.push(model.purchaseOf(hold));
      model.drop(hold.id);
      return null;
    }
    if (!states.has(placeState.reserved)) {
      // Its first commit never was.
      model.unfreeze(hold.id);
      return journaled;
    }
    if (this.payments === 'open')
      return { ...journaled, booking: { state: 'open', bookingId, attempt: hold.attempts } };
    const mayRetry = this.payments === 'declined';
    model.thaw(hold.id, now, mayRetry ? keepMs : 0);
    return { ...journaled, booking: { state: 'failed', bookingId, at: now, mayRetry } };
  }
  toString = () => `restart(${this.payments})`;
}

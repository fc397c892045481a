import { assert } from '../../../kernel/assert.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { ChangeLog } from './change-log.ts';
import { FreePlaces } from './free-places.ts';
import { type PlaceRow, type PlaceState, placeState, type SaleType, type Seat } from './types.ts';

/** A place number is an index: an absurd one would be an absurd allocation. */
const placeNoMax = 4_000_000;
const stateCount = 6;
/** In `holdOf`: nobody holds the place. */
export const noHold = -1;

/**
 * All places of one event in arrays by place number: state, type, hold and ticket. {@link setState} is the only way a
 * state changes; it keeps the counters, the free places and the change log in step (I2).
 */
export class PlaceTable {
  readonly changes: ChangeLog;
  readonly free: FreePlaces;
  /** By type number. Undefined: places of a type that the sale rules do not (or no longer) name. */
  readonly types: (SaleType | undefined)[] = [];
  private readonly typeNos = new Map<number, number>();
  private readonly typeIds: number[] = [];
  private readonly geometry: SeatGeometry | null;
  private readonly seats: (Seat | undefined)[] = [];
  private readonly ticketIds: (string | undefined)[] = [];
  private readonly placeOf = new Map<string, number>();
  /** Places per type and state, six numbers per type. Those of `none` mean nothing. */
  private readonly counts: number[] = [];
  private stateOf = new Uint8Array(256).fill(placeState.none);
  private typeOf = new Uint16Array(256);
  private holdOf = new Int32Array(256).fill(noHold);
  private length = 0;
  private live = 0;
  private guidIndex: Map<string, number> | undefined;

  constructor(epoch: string, geometry: SeatGeometry | null, expectedPlaces: number) {
    this.geometry = geometry;
    this.changes = new ChangeLog(epoch, expectedPlaces);
    this.free = new FreePlaces(geometry);
    this.reserve(expectedPlaces);
  }

  /** One byte per place number, up to the highest known. */
  states(): Uint8Array {
    return this.stateOf.subarray(0, this.length);
  }

  /** Places that have a live ticket. */
  get placeCount(): number {
    return this.live;
  }

  state(place: number): PlaceState {
    return (place < this.length ? this.stateOf[place]! : placeState.none) as PlaceState;
  }

  typeNo(place: number): number {
    return this.typeOf[place]!;
  }

  hold(place: number): number {
    return place < this.length ? this.holdOf[place]! : noHold;
  }

  ticketId(place: number): string | undefined {
    return this.ticketIds[place];
  }

  placeOfTicket(ticketId: string): number | undefined {
    return this.placeOf.get(ticketId);
  }

  /** The place of a seat that has a live ticket. */
  placeOfGuid(guid: string): number | undefined {
    const { geometry } = this;
    if (geometry === null) return undefined;
    this.guidIndex ??= new Map(geometry.guids.map((name, seat) => [name, seat]));
    const place = this.guidIndex.get(guid);
    return place !== undefined && this.state(place) !== placeState.none ? place : undefined;
  }

  count(type: number, state: PlaceState): number {
    return this.counts[type * stateCount + state]!;
  }

  /** The number of a type in this table; types are numbered as they are met and keep their number. */
  typeNoOf(ticketTypeId: number): number | undefined {
    return this.typeNos.get(ticketTypeId);
  }

  ticketTypeIdAt(place: number): number {
    return this.typeIds[this.typeOf[place]!]!;
  }

  /** Takes the types of new sale rules. Types that are gone keep their places but have no rules. */
  changeTypes(types: readonly SaleType[]): void {
    const before = [...this.types];
    this.types.fill(undefined);
    for (const type of types) {
      const typeNo = this.admitType(type.ticketTypeId);
      const old = before[typeNo];
      this.types[typeNo] = type;
      if ((old?.seated ?? false) !== type.seated) this.changeSeating(typeNo, type.seated);
    }
  }

  setState(place: number, state: PlaceState): void {
    const before = this.stateOf[place]!;
    if (before === state) return;
    const type = this.typeOf[place]!;
    this.counts[type * stateCount + before]! -= 1;
    this.counts[type * stateCount + state]! += 1;
    this.stateOf[place] = state;
    if (before === placeState.available) this.free.remove(place, type);
    else if (state === placeState.available) this.free.add(place, type);
    this.changes.add(place);
  }

  setHold(place: number, slot: number): void {
    this.holdOf[place] = slot;
  }

  /** The database's row for a place: its ticket, type and state. The caller has settled what becomes of its hold. */
  put(row: PlaceRow): void {
    const { placeNo: place } = row;
    assert(Number.isInteger(place) && place >= 0 && place < placeNoMax, 'A place number is an index below 4,000,000.');
    this.reserve(place + 1);
    if (place >= this.length) this.length = place + 1;
    const type = this.admitType(row.ticketTypeId);
    const known = this.ticketIds[place];
    if (row.state === placeState.none) {
      this.setState(place, placeState.none);
      if (known !== undefined) {
        this.placeOf.delete(known);
        this.live -= 1;
      }
      this.ticketIds[place] = undefined;
      return;
    }
    if (type !== this.typeOf[place] && known !== undefined) this.setState(place, placeState.none);
    if (known !== row.ticketId) {
      if (known !== undefined) this.placeOf.delete(known);
      else this.live += 1;
      this.ticketIds[place] = row.ticketId;
      this.placeOf.set(row.ticketId, place);
    }
    this.typeOf[place] = type;
    this.free.learn(place, type);
    this.setState(place, row.state);
  }

  /** The seat of a place, made once; null for general admission. */
  seatAt(place: number): Seat | null {
    const { geometry } = this;
    if (geometry === null || !this.free.isSeat(place, this.typeOf[place]!)) return null;
    const known = this.seats[place];
    if (known !== undefined) return known;
    const row = geometry.rows[geometry.rowOf[place]!]!;
    const seat: Seat = {
      guid: geometry.guids[place]!,
      zone: geometry.zones[row.zone]!,
      row: row.label,
      number: geometry.seatNumbers[place]!,
    };
    this.seats[place] = seat;
    return seat;
  }

  /** Whether these places are seats of one row without a gap, in whatever order. */
  areSideBySide(places: readonly number[]): boolean {
    const { geometry } = this;
    if (geometry === null || places.some((place) => this.seatAt(place) === null)) return false;
    const inOrder = [...places].sort((a, b) => a - b);
    return inOrder.every(
      (place, i) => i === 0 || (inOrder[i - 1] === place - 1 && geometry.besideNext[place - 1] === 1),
    );
  }

  private admitType(ticketTypeId: number): number {
    const known = this.typeNos.get(ticketTypeId);
    if (known !== undefined) return known;
    const typeNo = this.typeIds.length;
    this.typeNos.set(ticketTypeId, typeNo);
    this.typeIds.push(ticketTypeId);
    this.types.push(undefined);
    for (let state = 0; state < stateCount; state++) this.counts.push(0);
    this.free.addType(typeNo, false);
    return typeNo;
  }

  /** General admission becomes seated or the other way round: its free places move over. */
  private changeSeating(typeNo: number, isSeated: boolean): void {
    const free: number[] = [];
    const all: number[] = [];
    for (let place = 0; place < this.length; place++) {
      if (this.typeOf[place] !== typeNo || this.stateOf[place] === placeState.none) continue;
      all.push(place);
      if (this.stateOf[place] === placeState.available) free.push(place);
    }
    for (const place of free) this.free.remove(place, typeNo);
    this.free.addType(typeNo, isSeated);
    for (const place of all) this.free.learn(place, typeNo);
    for (const place of free) this.free.add(place, typeNo);
  }

  private reserve(places: number): void {
    if (places <= this.stateOf.length) return;
    const size = Math.max(places, this.stateOf.length * 2);
    const states = new Uint8Array(size).fill(placeState.none);
    states.set(this.stateOf);
    const types = new Uint16Array(size);
    types.set(this.typeOf);
    const holds = new Int32Array(size).fill(noHold);
    holds.set(this.holdOf);
    this.stateOf = states;
    this.typeOf = types;
    this.holdOf = holds;
  }
}

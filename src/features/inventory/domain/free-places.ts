import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { FreeStack } from './free-stack.ts';
import { SeatFinder } from './seat-finder.ts';

/**
 * The free places of an event by type, ready to be handed out: seats by best available, general admission by stack.
 * A type whose seats are gone may still have places outside the plan (minted by hand); they go last.
 */
export class FreePlaces {
  private readonly finder: SeatFinder | null;
  private readonly seatCount: number;
  private readonly stack = new FreeStack();
  private readonly isSeated: boolean[] = [];
  /** Free wheelchair and companion seats per type: only for those who pick them. */
  private readonly byChoice: number[] = [];

  constructor(geometry: SeatGeometry | null) {
    this.finder = geometry === null ? null : new SeatFinder(geometry);
    this.seatCount = geometry?.seatCount ?? 0;
  }

  addType(type: number, isSeated: boolean): void {
    this.isSeated[type] = isSeated;
    this.byChoice[type] = 0;
  }

  isSeat(place: number, type: number): boolean {
    return place < this.seatCount && this.isSeated[type]!;
  }

  learn(place: number, type: number): void {
    if (this.isSeat(place, type) && this.finder!.isAutomatic(place)) this.finder!.learn(place, type);
  }

  add(place: number, type: number): void {
    if (!this.isSeat(place, type)) this.stack.add(place, type);
    else if (this.finder!.isAutomatic(place)) this.finder!.markFree(place, type);
    else this.byChoice[type]! += 1;
  }

  remove(place: number, type: number): void {
    if (!this.isSeat(place, type)) this.stack.remove(place, type);
    else if (this.finder!.isAutomatic(place)) this.finder!.markTaken(place, type);
    else this.byChoice[type]! -= 1;
  }

  byChoiceOnly(type: number): number {
    return this.byChoice[type]!;
  }

  /** How many places of the type can be handed out without being picked one by one. */
  automaticCount(type: number): number {
    const outside = this.stack.count(type);
    return this.finder === null || !this.isSeated[type] ? outside : outside + this.finder.freeCount(type);
  }

  /**
   * As many free places of the type as these, for who wanted these: seats side by side and near to them, or any places of
   * general admission. Empty if there are none, or a wheelchair or companion seat is among these: no other seat is in its stead.
   */
  chooseInstead(type: number, places: readonly number[]): number[] {
    const count = places.length;
    const { finder } = this;
    if (finder === null || !this.isSeated[type])
      return this.stack.count(type) < count ? [] : this.stack.peek(type, count);
    if (!places.every((place) => this.isSeat(place, type) && finder.isAutomatic(place))) return [];
    return finder.findNear(type, places);
  }

  /** The best `count` free places; they stay free until removed. `count` is at most {@link automaticCount}. */
  choose(type: number, count: number): number[] {
    if (this.finder === null || !this.isSeated[type]) return this.stack.peek(type, count);
    const seats = Math.min(count, this.finder.freeCount(type));
    const chosen = seats > 0 ? this.finder.find(type, seats) : [];
    return seats === count ? chosen : chosen.concat(this.stack.peek(type, count - seats));
  }
}

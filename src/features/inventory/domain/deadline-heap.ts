import type { Instant } from '../../../kernel/instant.ts';

/**
 * A binary heap of deadlines, each under a small whole number (the slot of a hold). It knows where every slot lies, so
 * a hold that is released leaves at once: with lazy deletion its entry would stay until the deadline, and at
 * 100,000 holds and releases a second that is 90 million dead entries in 15 minutes.
 * A new deadline is mostly the latest, so adding one is one comparison.
 */
export class DeadlineHeap {
  private readonly slots: number[] = [];
  private readonly indexOf: number[] = [];
  private readonly deadlines: number[] = [];

  get size(): number {
    return this.slots.length;
  }

  /** The slot that is due first; -1 if there is none. */
  get firstSlot(): number {
    return this.slots.length > 0 ? this.slots[0]! : -1;
  }

  get firstDeadline(): Instant | null {
    return this.slots.length > 0 ? this.deadlines[this.slots[0]!]! : null;
  }

  /** Adds the slot, or moves it if it is there already. */
  set(slot: number, deadline: Instant): void {
    while (this.indexOf.length <= slot) {
      this.indexOf.push(-1);
      this.deadlines.push(0);
    }
    this.deadlines[slot] = deadline;
    let index = this.indexOf[slot]!;
    if (index < 0) {
      index = this.slots.length;
      this.slots.push(slot);
      this.indexOf[slot] = index;
    }
    this.siftDown(this.siftUp(index));
  }

  /** Moves all deadlines by so much; their order stays. */
  shift(byMs: number): void {
    for (let slot = 0; slot < this.deadlines.length; slot++) this.deadlines[slot] = this.deadlines[slot]! + byMs;
  }

  /** Takes the slot out; nothing happens if it is not in. */
  remove(slot: number): void {
    const index = this.indexOf[slot] ?? -1;
    if (index < 0) return;
    this.indexOf[slot] = -1;
    const last = this.slots.pop()!;
    if (last === slot) return;
    this.slots[index] = last;
    this.indexOf[last] = index;
    this.siftDown(this.siftUp(index));
  }

  private siftUp(from: number): number {
    let index = from;
    const slot = this.slots[index]!;
    const deadline = this.deadlines[slot]!;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.slots[parent]!;
      if (this.deadlines[above]! <= deadline) break;
      this.slots[index] = above;
      this.indexOf[above] = index;
      index = parent;
    }
    this.slots[index] = slot;
    this.indexOf[slot] = index;
    return index;
  }

  private siftDown(from: number): void {
    let index = from;
    const slot = this.slots[index]!;
    const deadline = this.deadlines[slot]!;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.slots.length) break;
      const right = child + 1;
      if (right < this.slots.length && this.deadlines[this.slots[right]!]! < this.deadlines[this.slots[child]!]!) {
        child = right;
      }
      const below = this.slots[child]!;
      if (this.deadlines[below]! >= deadline) break;
      this.slots[index] = below;
      this.indexOf[below] = index;
      index = child;
    }
    this.slots[index] = slot;
    this.indexOf[slot] = index;
  }
}

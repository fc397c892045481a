import type { ShownEvent } from '../queries/shown-event.ts';
import type { FollowedFrames } from './followed-frames.ts';
import type { PageFacts } from './page-facts.ts';

/** An event as pages show it, by the frames of its owner and their facts. Asked only once there are any. */
export class ShownFrames implements ShownEvent {
  readonly isFollowed = true;
  readonly eventId: number;
  revision = 0;
  private facts: PageFacts | null = null;
  private readonly frames: FollowedFrames;

  constructor(eventId: number, frames: FollowedFrames) {
    this.eventId = eventId;
    this.frames = frames;
  }

  /** Whether all is known that a page shows. */
  get isWhole(): boolean {
    return this.facts !== null && this.frames.version !== null;
  }

  take(facts: PageFacts | null): void {
    this.facts = facts;
    this.revision += 1;
  }

  get version() {
    return this.frames.version!;
  }
  get nextExpiryAt() {
    return this.facts!.nextExpiryAt;
  }
  get geometry() {
    return this.frames.seatMap;
  }
  ticketTypes() {
    return this.facts!.ticketTypes;
  }
  states() {
    return this.frames.letters;
  }
  changesSince(version: string) {
    return this.frames.changesSince(version);
  }
}

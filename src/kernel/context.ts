import type { Instant } from './instant.ts';

/**
 * Who asks for a change, when, and under which correlation id: stamped by the edge, written into every event.
 * `actor` reads `guest:<session id>`, `account:<account id>`, `key:<api key id>`, or `system`.
 */
export interface CommandContext {
  readonly actor: string;
  readonly correlationId: string;
  /** What made this happen, if something else than the request itself: an event (`booking-<id>@3`), a job, a message. */
  readonly causationId?: string;
  readonly now: Instant;
  readonly organizerId: number;
}

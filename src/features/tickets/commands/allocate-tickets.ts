import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { randomClearText, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { type TextRef, textRef } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { keepText, type TextSubject } from '../../../platform/event-store/kept-texts.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { TicketParts } from '../ports.ts';
import { addAllocation } from '../store/allocation-rows.ts';
import type { MoveRefusal } from './decide-moves.ts';
import { moveTickets } from './move-tickets.ts';

export interface AllocationWish {
  readonly eventId: number;
  readonly name: string;
  readonly note: string | null;
  readonly releaseAt: Instant | null;
  /** Exact tickets, or the first so many free places of a type. */
  readonly places:
    | { readonly ticketIds: readonly string[] }
    | { readonly ticketTypeId: number; readonly quantity: number };
}

export type AllocationRefusal =
  | MoveRefusal
  | { readonly code: 'RELEASE_IN_PAST' }
  | { readonly code: 'TICKET_TYPE_UNKNOWN'; readonly ticketTypeId: number }
  | {
      readonly code: 'NOT_ENOUGH_TICKETS';
      readonly available: number;
      readonly held: number;
      readonly nextExpiryAt: null;
    };

/** Free places that a customer takes while they are being chosen are chosen anew, so often. */
const choicesMax = 5;

/**
 * Keeps places back for someone: their tickets are blocked and the allocation written in one transaction, all or nothing.
 * Refuses as a block does, too few free places, and a release date that has passed.
 */
export async function allocateTickets(
  parts: TicketParts,
  wish: AllocationWish,
  context: CommandContext,
): Promise<Decision<{ readonly allocationId: number }, AllocationRefusal>> {
  const { eventId, places, releaseAt } = wish;
  if (releaseAt !== null && releaseAt <= context.now) return refuse({ code: 'RELEASE_IN_PAST' });
  if ('ticketIds' in places) return keepBack(parts, wish, places.ticketIds, context);
  for (let choices = 1; ; choices++) {
    const chosen = await parts.inventory.firstFree({ eventId, organizerId: context.organizerId }, places);
    if (!chosen.accepted) return chosen;
    const kept = await keepBack(parts, wish, chosen.value, context);
    const wasTaken =
      !kept.accepted && ['TICKET_MOVE_FORBIDDEN', 'TICKET_IN_PAYMENT', 'TICKETS_CHANGED'].includes(kept.refusal.code);
    if (!wasTaken || choices === choicesMax) return kept;
  }
}

async function keepBack(
  parts: TicketParts,
  { eventId, name, note, releaseAt }: AllocationWish,
  ticketIds: readonly string[],
  context: CommandContext,
): Promise<Decision<{ readonly allocationId: number }, MoveRefusal>> {
  const { organizerId, now } = context;
  // Distinguishes its tickets from what staff block by hand.
  const typed = `Kept back for ${name} (${randomClearText(8, parts.random ?? systemRandom)})`;
  const newRef = () => textRef(uuidv7(now, parts.random));
  const reason = newRef();
  let allocationId = 0;
  const move = { eventId, ticketIds, to: 'Reserved', reason, ifVersion: null } as const;
  const moved = await moveTickets(
    parts,
    {
      ...move,
      async alongside(tx) {
        // Not about those who get the tickets: it goes with whom it names.
        const subject = { organizerId };
        await keepText(tx, reason, typed, subject, now);
        allocationId = await addAllocation(tx, {
          organizerId,
          eventId,
          name,
          note,
          ticketIds,
          reason,
          releaseAt,
          now,
        });
        const words = await keepWords(tx, { name, note }, subject, { now, newRef });
        const data = { allocationId, ...words, releaseAt, ticketIds };
        await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'AllocationMade', data }], context);
      },
    },
    context,
  );
  return moved.accepted ? accept({ allocationId }) : moved;
}

/** Whom places are kept back for may be somebody: the history refers to it. */
export async function keepWords(
  tx: Queryable,
  { name, note }: { readonly name: string; readonly note: string | null },
  subject: TextSubject,
  { now, newRef }: { readonly now: Instant; readonly newRef: () => TextRef },
): Promise<{ readonly name: TextRef; readonly note: TextRef | null }> {
  const words = { name: newRef(), note: note === null ? null : newRef() };
  await keepText(tx, words.name, name, subject, now);
  if (words.note !== null && note !== null) await keepText(tx, words.note, note, subject, now);
  return words;
}

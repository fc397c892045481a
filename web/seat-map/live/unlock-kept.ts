import type { TicketTypeBody, UnlockedTypesAnswer } from '../../../src/contract/catalog.ts';
import { askApi } from '../../api/client.ts';
import { forgetCodes, keepCode, keptCodes } from '../../api/kept-code.ts';
import { ApiProblem } from '../../api/problem.ts';

/** What the codes that were named for a show add to it. */
export interface Unlocked {
  readonly types: readonly TicketTypeBody[];
  /** Types that an access code opens before their sale begins. */
  readonly early: ReadonlySet<number>;
}

export const nothingUnlocked: Unlocked = { types: [], early: new Set() };

/** Asks what the kept codes are good for by now; one that is not any more is forgotten. */
export async function unlockKept(eventId: number): Promise<Unlocked> {
  const types = new Map<number, TicketTypeBody>();
  const early = new Set<number>();
  for (const { kind, code } of keptCodes(eventId)) {
    try {
      const body = { code };
      const answer = await askApi<UnlockedTypesAnswer>(`/api/events/${eventId}/unlock`, { method: 'POST', body });
      keepCode(eventId, { kind, code, ticketTypeIds: answer.items.map(({ ticketTypeId }) => ticketTypeId) });
      for (const type of answer.items) {
        types.set(type.ticketTypeId, type);
        if (kind === 'access') early.add(type.ticketTypeId);
      }
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.code === 'PROMO_CODE_UNKNOWN') forgetCodes(eventId, kind);
    }
  }
  return { types: [...types.values()], early };
}

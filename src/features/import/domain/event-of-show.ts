import { createHash } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';
import type { ParsedShow } from './parsed.ts';

/** Where a show stands for the catalogue, at the time of the import. */
export type Standing = 'ahead' | 'over' | 'postponed' | 'cancelled';

export function standingOf(show: ParsedShow, now: Instant): Standing {
  if (show.status !== 'scheduled') return show.status;
  return (show.endsAt ?? show.startsAt) > now ? 'ahead' : 'over';
}

/** The status an event that is here already should get; undefined: it stays as it is. */
export function statusFor(
  standing: Standing,
  event: { readonly status: string; readonly isSold: boolean },
): 'draft' | 'published' | 'postponed' | 'cancelled' | undefined {
  // Whether its import called it off, and not somebody here, has been asked before.
  if (event.status === 'cancelled') return standing === 'ahead' && !event.isSold ? 'draft' : undefined;
  if (standing === 'cancelled') return 'cancelled';
  // A draft was never announced: there is nothing to call off until later.
  if (standing === 'postponed') return event.status === 'draft' ? undefined : 'postponed';
  if (standing === 'over') return undefined;
  if (event.status === 'postponed') return event.isSold ? 'published' : 'draft';
  // It came in as history, and its dates were moved ahead.
  return event.status === 'published' && !event.isSold ? 'draft' : undefined;
}

/**
 * A hash of all that a show says and of what was filled in: the same again changes nothing. Events keep it, so what goes
 * into it, and in which order, stays as it is; names are compared by themselves.
 */
export function hashOf(show: ParsedShow, fills: object): string {
  const { place: _, names: __, pageStartsAt: ___, ...said } = show;
  return createHash('sha256')
    .update(JSON.stringify([said, fills]))
    .digest('hex');
}

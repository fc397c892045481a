import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerRouteParts } from '../parts.ts';
import { type OrganizerDetails, type OrganizerRow, readOrganizer, writeDetails } from '../store/organizer-rows.ts';
import { applyInput, type OrganizerInput, readInput } from './create-organizer.ts';

type UpdateRefusal = OrganizerRefusalOf<
  'ACCOUNT_NEEDED' | 'CURRENCY_UNKNOWN' | 'ORGANIZER_NOT_FOUND' | 'TIME_ZONE_UNKNOWN'
>;

/**
 * Changes what the input says of the context's organiser; the rest stays. Its slug never changes: links hold it. Shows of
 * which nobody has said the zone follow its zone. Where its money goes is changed by a person, not by a program (`ACCOUNT_NEEDED`).
 */
export async function updateOrganizer(
  { database, shows }: Pick<OrganizerRouteParts, 'database' | 'shows'>,
  said: OrganizerInput,
  context: CommandContext,
  { isPerson }: { readonly isPerson: boolean },
): Promise<Decision<null, UpdateRefusal>> {
  const { organizerId } = context;
  const input = readInput(said);
  if (!input.accepted) return input;
  const decision = await database.as(context).transaction(async (tx) => {
    const row = await readOrganizer(tx, organizerId, 'lock');
    if (!row) return refuse<UpdateRefusal>({ code: 'ORGANIZER_NOT_FOUND' });
    const before = toDetails(row);
    const after = applyInput(before, input.value);
    const changed = Object.entries(after).filter(([name, value]) => before[name as keyof OrganizerDetails] !== value);
    if (changed.length === 0) return accept([]);
    if (!isPerson && before.paymentAccount !== after.paymentAccount)
      return refuse<UpdateRefusal>({ code: 'ACCOUNT_NEEDED' });
    await writeDetails(tx, organizerId, after, new Date(context.now));
    const data = { changes: Object.fromEntries(changed) };
    await appendEvents(tx, [{ stream: `organizer-${organizerId}`, type: 'OrganizerUpdated', data }], context);
    const zones = { before: before.timeZone, after: after.timeZone };
    const moved = zones.before === zones.after ? [] : await shows.followOrganizerZone(tx, zones, context);
    const others = before.guests === after.guests ? [] : await shows.openAsOrganizer(tx, context);
    return accept([...new Set([...moved, ...others])]);
  });
  if (!decision.accepted) return decision;
  await shows.showsChanged(decision.value);
  return accept(null);
}

function toDetails(row: OrganizerRow): OrganizerDetails {
  const { organizerId: _id, slug: _slug, version: _version, createdAt: _made, updatedAt: _changed, ...details } = row;
  return details;
}

import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isCurrency } from '../../../kernel/money.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { OrganizerParts, OrganizerRefusal } from '../ports.ts';
import { type OrganizerDetails, type OrganizerRow, readOrganizer, writeDetails } from '../store/organizer-rows.ts';
import { applyInput, type OrganizerInput } from './create-organizer.ts';

/** Changes what the input says of the context's organiser; the rest stays. Its slug never changes: links hold it. */
export function updateOrganizer(
  { database }: Pick<OrganizerParts, 'database'>,
  input: OrganizerInput,
  context: CommandContext,
): Promise<Decision<null, OrganizerRefusal>> {
  const { organizerId } = context;
  if (input.currency !== undefined && !isCurrency(input.currency)) {
    return Promise.resolve(refuse({ code: 'CURRENCY_UNKNOWN' }));
  }
  return database.as(context).transaction(async (tx) => {
    const row = await readOrganizer(tx, organizerId, 'lock');
    if (!row) return refuse({ code: 'ORGANIZER_NOT_FOUND' });
    const before = toDetails(row);
    const after = applyInput(before, input);
    const changed = Object.entries(after).filter(([name, value]) => before[name as keyof OrganizerDetails] !== value);
    if (changed.length === 0) return accept(null);
    await writeDetails(tx, organizerId, after, new Date(context.now));
    const data = { changes: Object.fromEntries(changed) };
    await appendEvents(tx, [{ stream: `organizer-${organizerId}`, type: 'OrganizerUpdated', data }], context);
    return accept(null);
  });
}

function toDetails(row: OrganizerRow): OrganizerDetails {
  const { organizerId: _id, slug: _slug, version: _version, createdAt: _made, updatedAt: _changed, ...details } = row;
  return details;
}

import type { LegalTextAnswer } from '../../../contract/legal.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { toIso } from '../../../kernel/instant.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { insertLegalText, newestLegalVersion, readLegalTexts } from '../store/legal-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';

/**
 * Publishes a text of the context's organiser as the next version of its kind. Those before stay readable: bookings name them. The
 * text that holds already, sent again, stays the version that it is.
 */
export function publishLegalText(
  { database }: Pick<OrganizerParts, 'database'>,
  { kind, language, text }: Pick<LegalTextAnswer, 'kind' | 'language' | 'text'>,
  context: CommandContext,
): Promise<
  Decision<{ readonly published: LegalTextAnswer; readonly isNew: boolean }, OrganizerRefusalOf<'ORGANIZER_NOT_FOUND'>>
> {
  const { organizerId, now } = context;
  return database.as(context).transaction(async (tx) => {
    if (!(await readOrganizer(tx, organizerId, 'lock'))) return refuse({ code: 'ORGANIZER_NOT_FOUND' });
    const [holding] = await readLegalTexts(tx, organizerId, { kind, language });
    if (holding?.text === text) return accept({ published: holding, isNew: false });
    const version = (await newestLegalVersion(tx, organizerId, kind)) + 1;
    const published = { kind, version, language, text };
    await insertLegalText(tx, organizerId, published, now);
    const data = { kind, version, language };
    await appendEvents(tx, [{ stream: `organizer-${organizerId}`, type: 'LegalTextPublished', data }], context);
    return accept({ published: { ...published, since: toIso(now) }, isNew: true });
  });
}

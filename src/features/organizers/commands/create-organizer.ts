import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isCurrency } from '../../../kernel/money.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { makeSlug } from '../domain/make-slug.ts';
import type { OrganizerParts, OrganizerRefusal } from '../ports.ts';
import { insertOrganizer, type OrganizerDetails, writeDetails } from '../store/organizer-rows.ts';

export type OrganizerInput = { readonly [Field in keyof OrganizerDetails]?: OrganizerDetails[Field] | undefined };

const nothing: Omit<OrganizerDetails, 'name'> = {
  description: null,
  website: null,
  logoUrl: null,
  accentColor: null,
  currency: 'EUR',
  mailSenderName: null,
  mailSenderAddress: null,
  mailReplyTo: null,
  paymentAccount: null,
  sellerName: null,
  sellerAddress: null,
  taxNumber: null,
};

/** The details with what an input says put over them; what is absent stays. */
export function applyInput(details: OrganizerDetails, input: OrganizerInput): OrganizerDetails {
  const said = Object.entries(input).filter(([name, value]) => name in details && value !== undefined);
  return { ...details, ...Object.fromEntries(said) };
}

/**
 * Makes an organiser. Without a slug it is made of the name. Refuses a slug that another has (`SLUG_TAKEN`), a name that
 * makes none (`SLUG_NEEDED`), an unknown currency.
 */
export async function createOrganizer(
  { database }: Pick<OrganizerParts, 'database'>,
  input: OrganizerInput & { readonly name: string; readonly slug?: string | undefined },
  context: CommandContext,
): Promise<Decision<{ organizerId: number; slug: string }, OrganizerRefusal>> {
  const slug = input.slug ?? makeSlug(input.name);
  if (slug.length < 2) return refuse({ code: 'SLUG_NEEDED' });
  const details = applyInput({ ...nothing, name: input.name }, input);
  if (!isCurrency(details.currency)) return refuse({ code: 'CURRENCY_UNKNOWN' });
  const at = new Date(context.now);
  // It has no scope before it is there.
  return database.system.transaction(async (tx) => {
    const organizerId = await insertOrganizer(tx, { slug, name: details.name, currency: details.currency }, at);
    if (organizerId === undefined) return refuse({ code: 'SLUG_TAKEN', slug });
    await writeDetails(tx, organizerId, details, at);
    const event = {
      stream: `organizer-${organizerId}`,
      type: 'OrganizerCreated',
      data: { organizerId, slug, ...details },
    };
    await appendEvents(tx, [event], { ...context, organizerId });
    return accept({ organizerId, slug });
  });
}

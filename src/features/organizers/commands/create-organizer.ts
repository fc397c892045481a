import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isCurrency } from '../../../kernel/money.ts';
import { makeSlug } from '../../../kernel/slug.ts';
import { isPlaceZone, readTimeZone } from '../../../kernel/time-zone.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { insertOrganizer, type OrganizerDetails, writeDetails } from '../store/organizer-rows.ts';

export type OrganizerInput = { readonly [Field in keyof OrganizerDetails]?: OrganizerDetails[Field] | undefined };

const nothing: Omit<OrganizerDetails, 'name'> = {
  description: null,
  website: null,
  logoUrl: null,
  accentColor: null,
  currency: 'EUR',
  timeZone: null,
  mailSenderName: null,
  mailSenderAddress: null,
  mailReplyTo: null,
  paymentAccount: null,
  guests: 'allowed',
  holdMinutes: 15,
  sellerName: null,
  sellerAddress: null,
  taxNumber: null,
};

/** The details with what an input says put over them; what is absent stays. */
export function applyInput(details: OrganizerDetails, input: OrganizerInput): OrganizerDetails {
  const said = Object.entries(input).filter(([name, value]) => name in details && value !== undefined);
  return { ...details, ...Object.fromEntries(said) };
}

/** The input with its zone as we keep it. Refuses currencies and time zones that do not exist; bare offsets are no zone of a house. */
export function readInput<Input extends OrganizerInput>(
  input: Input,
): Decision<Input, OrganizerRefusalOf<'CURRENCY_UNKNOWN' | 'TIME_ZONE_UNKNOWN'>> {
  const { currency, timeZone } = input;
  if (currency !== undefined && !isCurrency(currency)) return refuse({ code: 'CURRENCY_UNKNOWN' });
  if (timeZone === undefined || timeZone === null) return accept(input);
  if (!isPlaceZone(timeZone)) return refuse({ code: 'TIME_ZONE_UNKNOWN' });
  return accept({ ...input, timeZone: readTimeZone(timeZone)! });
}

/**
 * Makes an organiser. Without a slug it is made of the name. Refuses a slug that another has (`SLUG_TAKEN`), a name that
 * makes none (`SLUG_NEEDED`), an unknown currency or time zone.
 */
export async function createOrganizer(
  { database }: Pick<OrganizerParts, 'database'>,
  input: OrganizerInput & { readonly name: string; readonly slug?: string | undefined },
  context: CommandContext,
): Promise<
  Decision<
    { organizerId: number; slug: string },
    OrganizerRefusalOf<'CURRENCY_UNKNOWN' | 'TIME_ZONE_UNKNOWN' | 'SLUG_NEEDED' | 'SLUG_TAKEN'>
  >
> {
  const slug = input.slug ?? makeSlug(input.name);
  if (slug.length < 2) return refuse({ code: 'SLUG_NEEDED' });
  const read = readInput(input);
  if (!read.accepted) return read;
  const details = applyInput({ ...nothing, name: input.name }, read.value);
  const at = new Date(context.now);
  // It has no scope before it is there.
  return database.bypassingRls.transaction(async (tx) => {
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

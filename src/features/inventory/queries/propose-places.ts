import type { ProposalAnswer, QuoteRequest } from '../../../contract/inventory.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { toPriceAnswer } from '../../pricing/index.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { type PlaceHoldRefusal, toSelection } from '../commands/place-hold.ts';
import type { Proposal } from '../domain/propose-places.ts';
import { toTicketAnswer } from './reservation-answer.ts';

/** Who asks what could be held, and for what. */
export interface ProposeInput {
  readonly eventId: number;
  /** A guest session or account; null: somebody new, whom no limit counts yet. */
  readonly customer: string | null;
  readonly account: string | null;
  /** As in `PlaceHoldInput`. */
  readonly network: string | null;
  readonly trustedBy: number | null;
  readonly request: QuoteRequest;
}

/** Owns nothing and holds nothing: no session has an empty name. */
const nobody = '';

/** What a hold of the same would be and cost at this moment. Holds nothing, and needs no session. */
export type ProposePlaces = (input: ProposeInput) => Promise<Decision<ProposalAnswer, PlaceHoldRefusal>>;

export function createProposePlaces(parts: { readonly ledgers: EventLedgers; readonly clock: Clock }): ProposePlaces {
  const { ledgers, clock } = parts;
  return async ({ eventId, customer, account, network, trustedBy, request }) => {
    const event = ledgers.loaded(eventId) ?? (await ledgers.open(eventId));
    if (!event?.isPublic) return refuse({ code: 'EVENT_NOT_FOUND' });
    const { ledger } = event;
    const selection = toSelection(request, ledger.rules);
    if ('code' in selection) return refuse(selection);
    const { promoCode = null, accessCode = null, partial = false } = request;
    const who = {
      customer: customer ?? nobody,
      account,
      contact: null,
      network: trustedBy === ledger.rules.organizerId ? null : network,
    };
    const proposed = ledger.propose({ ...who, promoCode, accessCode, selection, partial }, clock.now());
    return proposed.accepted ? accept(toProposalAnswer(event, proposed.value)) : proposed;
  };
}

function toProposalAnswer({ ledger }: LoadedEvent, proposal: Proposal): ProposalAnswer {
  const { places, totalMinor, price, currency, partial, together } = proposal;
  return {
    eventId: ledger.rules.eventId,
    version: ledger.version,
    partial,
    together,
    quantity: places.length,
    tickets: places.map((place, i) => ({
      ...toTicketAnswer(place, currency),
      totalPrice: toDecimal(price?.lines[i]?.totalMinor ?? place.priceMinor, currency),
    })),
    totalPrice: toDecimal(totalMinor, currency),
    priceBreakdown: toPriceAnswer(price, totalMinor, currency),
    currency,
  };
}

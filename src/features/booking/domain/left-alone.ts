import type { BookedTicket } from './booking.ts';

/** A rate that is sold only together with a ticket of another rate, of whatever type: a child with an adult. */
export interface CompanionRule {
  readonly ticketTypeId: number;
  readonly rate: string;
  readonly onlyWith: string;
}

type Rated = Pick<BookedTicket, 'ticketId' | 'ticketTypeId' | 'rate'>;

/** Which of these tickets may not be without the others that go; who depends on one of those goes too. */
export function leftAlone<T extends Rated>(tickets: readonly T[], rules: readonly CompanionRule[]): readonly T[] {
  const ruleOf = ({ ticketTypeId, rate }: Rated) =>
    rules.find((rule) => rule.ticketTypeId === ticketTypeId && rule.rate === rate);
  let staying = tickets;
  for (;;) {
    const next = staying.filter((ticket) => {
      const rule = ruleOf(ticket);
      return rule === undefined || staying.some(({ rate }) => rate === rule.onlyWith);
    });
    if (next.length === staying.length) return tickets.filter((ticket) => !next.includes(ticket));
    staying = next;
  }
}

import { escapeHtml } from '../../../kernel/html.ts';
import { toLocalWords } from '../../../kernel/instant.ts';
import { currencyDecimals } from '../../../kernel/money.ts';

/** What an order's page tells, as answers have it: amounts in decimals, times in instants. */
export interface OrderFacts {
  /** Where it lies: `/api/orders/<token>`. */
  readonly path: string;
  readonly status: string;
  readonly currency: string;
  readonly totalPrice: number;
  readonly refunded: number;
  readonly refundDue: number;
  readonly isPaid: boolean;
  readonly tickets: readonly {
    readonly ticketNumber: string | null;
    readonly ticketType: string;
    readonly rate: string;
    readonly status: string;
    readonly attendeeName?: string;
    readonly seat: { readonly zone: string; readonly row: string; readonly number: string } | null;
  }[];
  readonly show: OrderedShow;
  /** What comes back if the buyer cancels now; null where that is not to be had. */
  readonly cancelling: { readonly refund: number } | null;
  /** What has just not worked. */
  readonly notice?: string;
}

export interface OrderedShow {
  readonly title: string;
  readonly status: string;
  readonly startsAt: number;
  readonly timeZone: string;
  readonly venue: string;
  readonly city: string | null;
  readonly organizer: string;
}

const sentences: Readonly<Record<string, string>> = {
  awaiting_payment: 'We are waiting for the payment. Look again in a moment.',
  completed: 'Paid. Show these codes at the door.',
  failed: 'The payment did not work, and nothing was charged. The places are free again.',
  needs_review: 'We are looking into the payment and will write to you.',
  cancelled: 'This order is cancelled. Its tickets are void.',
};

/** An order as the inside of a page; its title is {@link orderTitle}. */
export function orderMain(facts: OrderFacts): string {
  const { show, status, notice, tickets, isPaid, path } = facts;
  const where = [show.venue, show.city].filter((each) => each !== null).join(', ');
  const calledOff = show.status === 'cancelled' ? '<p class="notice">This show was called off.</p>' : '';
  return `<h1>${escapeHtml(show.title)}</h1>
<p><time datetime="${new Date(show.startsAt).toISOString()}">${escapeHtml(toLocalWords(show.startsAt, show.timeZone))}</time><br>${escapeHtml(where)}</p>
${notice === undefined ? '' : `<p class="notice" role="alert">${escapeHtml(notice)}</p>`}${calledOff}
<p role="status">${sentences[status] ?? escapeHtml(status)}</p>
<h2>Tickets</h2>
<ul>${tickets.map(ticketItem).join('')}</ul>
<h2>Money</h2>
<dl>${moneyRows(facts)}</dl>
${isPaid ? `<p><a href="${escapeHtml(path)}/receipt">Receipt</a></p>` : ''}
${cancelPart(facts)}
<p class="quiet">Sold by ${escapeHtml(show.organizer)}. Whoever has the address of this page can see and cancel the order: keep it to yourself.</p>`;
}

export function orderTitle({ show }: Pick<OrderFacts, 'show'>): string {
  return `Your order: ${show.title}`;
}

function ticketItem({
  ticketNumber,
  ticketType,
  rate,
  seat,
  status,
  attendeeName,
}: OrderFacts['tickets'][number]): string {
  const isGone = status === 'Cancelled';
  const place =
    seat &&
    [seat.zone === ticketType ? '' : seat.zone, `row ${seat.row}`, `seat ${seat.number}`]
      .filter((part) => part !== '')
      .join(', ');
  const words = [ticketType, rate, place, attendeeName].filter((part) => part).map((part) => escapeHtml(part!));
  const code = ticketNumber === null ? '' : `<div class="code">${escapeHtml(ticketNumber)}</div>`;
  return `<li class="card${isGone ? ' gone' : ''}">${code}<div>${words.join(' · ')}</div>${isGone ? '<div>Cancelled</div>' : ''}</li>`;
}

function moneyRows({ currency, totalPrice, refunded, refundDue }: OrderFacts): string {
  const rows: (readonly [string, number])[] = [['Total', totalPrice]];
  if (refunded > 0) rows.push(['Given back', refunded]);
  if (refundDue > 0) rows.push(['On its way back', refundDue]);
  return rows.map(([name, amount]) => `<dt>${name}</dt><dd>${moneyOf(amount, currency)}</dd>`).join('');
}

/** Two steps without a script: what comes back is said before the button shows. */
function cancelPart({ cancelling, currency, path }: OrderFacts): string {
  if (cancelling === null) return '';
  const back =
    cancelling.refund > 0 ? `${moneyOf(cancelling.refund, currency)} will be given back.` : 'Nothing is given back.';
  return `<details><summary>Cancel this order</summary>
<p>All its tickets become void at once. ${back}</p>
<form method="post" action="${escapeHtml(path)}/cancel"><button>Cancel all tickets</button></form></details>`;
}

function moneyOf(amount: number, currency: string): string {
  return `${amount.toFixed(currencyDecimals(currency) ?? 2)} ${escapeHtml(currency)}`;
}

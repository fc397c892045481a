import { escapeHtml } from '../../../kernel/html.ts';
import { toIso, toLocalWords } from '../../../kernel/instant.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import type { Cancelling, ShowNews } from './cancelling.ts';

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
  /** What the buyer gets who cancels now; null where that is not to be had. */
  readonly cancelling: Cancelling | null;
  /** What became of the show since. */
  readonly news: ShowNews | null;
  /** What has just not worked. */
  readonly notice?: string;
}

export interface OrderedShow {
  readonly title: string;
  readonly status: string;
  readonly startsAt: number;
  readonly timeZone: string;
  readonly venue: string;
  readonly address: string | null;
  readonly organizer: string;
}

const sentences: Readonly<Record<string, string>> = {
  awaiting_payment: 'We are waiting for the payment. Look again in a moment.',
  completed: 'Paid. Show these codes at the door.',
  failed: 'The payment did not work, and nothing was charged. The places are free again.',
  needs_review: 'We are looking into the payment and will write to you.',
  cancelled: 'This order is cancelled. Its tickets are void.',
};

const paidAndPostponed = 'Paid. Keep these codes: they will open the door at the new date.';

/** An order as the inside of a page; its title is {@link orderTitle}. */
export function orderMain(facts: OrderFacts): string {
  const { show, status, notice, tickets, isPaid, path } = facts;
  const sentence = status === 'completed' && show.status === 'postponed' ? paidAndPostponed : sentences[status];
  return `<h1>${escapeHtml(show.title)}</h1>
<p>${whenOf(show)}<br>${escapeHtml(placeOf(show))}</p>
${notice === undefined ? '' : `<p class="notice" role="alert">${escapeHtml(notice)}</p>`}${newsPart(facts)}
<p role="status">${sentence ?? escapeHtml(status)}</p>
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

function whenOf({ status, startsAt, timeZone }: OrderedShow): string {
  if (status === 'postponed') return 'Postponed: a new date will follow';
  return `<time datetime="${toIso(startsAt)}">${escapeHtml(toLocalWords(startsAt, timeZone))}</time>`;
}

function placeOf({ venue, address }: Pick<OrderedShow, 'venue' | 'address'>): string {
  return [venue, address].filter((each) => each !== null).join(', ');
}

/** What became of the show, in words. */
function newsPart({ show, news }: OrderFacts): string {
  if (news === null) return '';
  const { kind, before } = news;
  if (kind === 'cancelled') return '<p class="notice">This show was called off.</p>';
  const said = ['This show was moved.'];
  if (kind === 'postponed') said[0] = 'This show is postponed. A new date will follow, and we will write to you.';
  if (kind === 'resumed') said[0] = 'This show was postponed, and has a date again.';
  if (before && (kind === 'postponed' || before.startsAt !== show.startsAt)) {
    said.push(`It was to begin on ${toLocalWords(before.startsAt, before.timeZone)}.`);
  } else if (before && kind === 'resumed')
    said[0] = 'This show was postponed, and takes place at its first date after all.';
  if (before && placeOf(before) !== placeOf(show)) said.push(`It was to be at ${placeOf(before)}.`);
  return `<p class="notice">${said.map(escapeHtml).join(' ')}</p>`;
}

/** Two steps without a script: what comes back, and until when, is said before the button shows. */
function cancelPart({ cancelling, currency, path, show }: OrderFacts): string {
  if (cancelling === null) return '';
  const { refundMinor, until } = cancelling;
  const back =
    refundMinor > 0
      ? `${moneyOf(toDecimal(refundMinor, currency), currency)} will be given back.`
      : 'Nothing is given back.';
  const last =
    until === null ? 'the new date is known, and then until the show begins' : toLocalWords(until, show.timeZone);
  return `<details><summary>Cancel this order</summary>
<p>All its tickets become void at once. ${back} You can do so until ${escapeHtml(last)}.</p>
<form method="post" action="${escapeHtml(path)}/cancel"><button>Cancel all tickets</button></form></details>`;
}

function moneyOf(amount: number, currency: string): string {
  return `${amount.toFixed(currencyDecimals(currency) ?? 2)} ${escapeHtml(currency)}`;
}

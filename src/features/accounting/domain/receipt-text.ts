import { escapeHtml } from '../../../kernel/html.ts';
import { toLocalIso } from '../../../kernel/instant.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import type { ReceiptDocument } from './receipt.ts';

export interface IssuedReceipt {
  /** `000123`: without gaps per organiser. */
  readonly number: string;
  readonly issuedAt: string;
  /** Read when it is shown: who was erased is not named any more. */
  readonly customer: string | null;
  readonly document: ReceiptDocument;
}

const width = 72;

/** A receipt as plain text, to print or to send. */
export function receiptText({ number, issuedAt, customer, document }: IssuedReceipt): string {
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency);
  const row = (label: string, amountMinor: number) => {
    const amount = money(amountMinor);
    return `${label.padEnd(width - amount.length - 1)} ${amount}`;
  };
  const startsAt = toLocalIso(Date.parse(show.startsAt), show.timeZone).slice(0, 16).replace('T', ' ');
  return [
    titleOf(document, number),
    '',
    ...[seller.name, seller.address, seller.taxNumber && `Tax number: ${seller.taxNumber}`].filter(
      (line) => line !== null,
    ),
    ...(customer === null ? [] : ['', `To: ${customer}`]),
    '',
    `Issued:      ${issuedAt.slice(0, 10)}`,
    `Paid:        ${document.paidAt.slice(0, 10)}`,
    `Booking:     ${document.bookingId}`,
    `Show:        ${show.title}, ${startsAt}, ${show.venue}`,
    ...(document.reason === null ? [] : [`Reason:      ${document.reason}`]),
    '',
    ...lines.map(({ description, amountMinor }) => row(description, amountMinor)),
    '-'.repeat(width),
    row('Total', document.totalMinor),
    ...taxes.map((tax) => row(`  of which ${tax.name} on ${money(tax.netMinor)}`, tax.taxMinor)),
    '',
    `Transaction: ${document.transactionId.slice(0, 64)}`,
    ...(document.transactionId.length > 64 ? [`             ${document.transactionId.slice(64)}`] : []),
    '',
  ].join('\n');
}

/** The same as a page that stands alone: no script, no picture, nothing fetched. */
export function receiptHtml(receipt: IssuedReceipt): string {
  const { number, issuedAt, customer, document } = receipt;
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency);
  const row = (label: string, amountMinor: number, tag = 'td') =>
    `<tr><${tag}>${escapeHtml(label)}</${tag}><${tag} class="amount">${escapeHtml(money(amountMinor))}</${tag}></tr>`;
  const title = titleOf(document, number);
  const sellerLines = [seller.name, seller.address, seller.taxNumber && `Tax number: ${seller.taxNumber}`];
  const startsAt = toLocalIso(Date.parse(show.startsAt), show.timeZone).slice(0, 16).replace('T', ' ');
  const facts = [
    ['Issued', issuedAt.slice(0, 10)],
    ['Paid', document.paidAt.slice(0, 10)],
    ['Booking', document.bookingId],
    ['Show', `${show.title}, ${startsAt}, ${show.venue}`],
    ...(document.reason === null ? [] : [['Reason', document.reason]]),
    ...(customer === null ? [] : [['To', customer]]),
  ] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}table{width:100%;border-collapse:collapse}
td,th{text-align:left;padding:.3rem 0;border-bottom:1px solid #ddd}.amount{text-align:right}address{font-style:normal;white-space:pre-line}
dt{float:left;clear:left;width:6rem;color:#555}small{word-break:break-all;color:#555}</style></head>
<body><h1>${escapeHtml(title)}</h1>
<address>${sellerLines
    .filter((line) => line !== null)
    .map(escapeHtml)
    .join('\n')}</address>
<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name!)}</dt><dd>${escapeHtml(value!)}</dd>`).join('')}</dl>
<table>${lines.map(({ description, amountMinor }) => row(description, amountMinor)).join('')}${row('Total', document.totalMinor, 'th')}
${taxes.map((tax) => row(`of which ${tax.name} on ${money(tax.netMinor)}`, tax.taxMinor)).join('')}</table>
<p><small>Transaction ${escapeHtml(document.transactionId)}</small></p></body></html>
`;
}

function titleOf({ kind }: ReceiptDocument, number: string): string {
  return kind === 'refund' ? `Refund receipt ${number}` : `Receipt ${number}`;
}

function amountOf(currency: string): (amountMinor: number) => string {
  const decimals = currencyDecimals(currency);
  return (amountMinor) => `${toDecimal(amountMinor, currency).toFixed(decimals)} ${currency}`;
}

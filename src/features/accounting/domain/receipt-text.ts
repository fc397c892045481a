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
  /** Of a refund that failed after it was issued. */
  readonly isVoid: boolean;
}

const voidWords = 'Void: this refund failed, and nothing was given back by it.';

const width = 72;

/** A receipt as plain text, to print or to send. */
export function receiptText({ number, issuedAt, customer, document, isVoid }: IssuedReceipt): string {
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency);
  const row = (label: string, amountMinor: number) => {
    const amount = money(amountMinor);
    return `${label.padEnd(width - amount.length - 1)} ${amount}`;
  };
  const startsAt = toLocalIso(Date.parse(show.startsAt), show.timeZone).slice(0, 16).replace('T', ' ');
  return [
    titleOf(document, number),
    ...(isVoid ? [voidWords] : []),
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

/** Grey of 7:1 on white; reads on a phone, and on paper without what a screen needs. */
const style = `*{box-sizing:border-box}body{margin:0;background:#f4f5f7;color:#1a1d21;font:16px/1.5 system-ui,sans-serif}
main{max-width:44rem;margin:2rem auto;padding:2rem;background:#fff;border-radius:12px;box-shadow:0 1px 3px #0002}
h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.2}address{font-style:normal;white-space:pre-line;color:#4a5058}
dl{margin:1.5rem 0}dl div{display:flex;gap:1rem;padding:.15rem 0}dt{flex:0 0 5rem;color:#4a5058}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}caption{text-align:left;font-weight:600;padding-bottom:.5rem}
th,td{padding:.5rem 0;border-bottom:1px solid #dfe2e6;text-align:left;font-weight:400;vertical-align:top}thead th{color:#4a5058;font-size:.875rem}
.amount{text-align:right;white-space:nowrap;padding-left:1rem;font-variant-numeric:tabular-nums}.total th,.total td{font-weight:700;border-bottom-width:2px}
.transaction{margin:1.5rem 0 0;font-size:.8125rem;color:#4a5058;overflow-wrap:anywhere}
@media (max-width:34rem){main{margin:0;padding:1.25rem;border-radius:0;box-shadow:none}body{background:#fff}dl div{display:block;padding:.3rem 0}}
@media print{body,main{background:#fff;box-shadow:none;margin:0;padding:0}}`;

/** The same as a page that stands alone: no script, no picture, nothing fetched. */
export function receiptHtml(receipt: IssuedReceipt): string {
  const { number, issuedAt, customer, document, isVoid } = receipt;
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency);
  const row = (label: string, amountMinor: number, kind = '') =>
    `<tr${kind && ` class="${kind}"`}><th scope="row">${escapeHtml(label)}</th><td class="amount">${escapeHtml(money(amountMinor))}</td></tr>`;
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
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${isVoid ? `<p>${voidWords}</p>` : ''}
<address>${sellerLines
    .filter((line) => line !== null)
    .map(escapeHtml)
    .join('\n')}</address>
<dl>${facts.map(([name, value]) => `<div><dt>${escapeHtml(name!)}</dt><dd>${escapeHtml(value!)}</dd></div>`).join('')}</dl>
<table><caption>What was ${document.kind === 'refund' ? 'given back' : 'paid'}</caption>
<thead><tr><th scope="col">For</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${lines.map(({ description, amountMinor }) => row(description, amountMinor)).join('\n')}</tbody>
<tfoot>${row('Total', document.totalMinor, 'total')}
${taxes.map((tax) => row(`of which ${tax.name} on ${money(tax.netMinor)}`, tax.taxMinor)).join('')}</tfoot></table>
<p class="transaction">Transaction ${escapeHtml(document.transactionId)}</p></main></body></html>
`;
}

function titleOf({ kind }: ReceiptDocument, number: string): string {
  return kind === 'refund' ? `Refund receipt ${number}` : `Receipt ${number}`;
}

function amountOf(currency: string): (amountMinor: number) => string {
  const decimals = currencyDecimals(currency);
  return (amountMinor) => `${toDecimal(amountMinor, currency).toFixed(decimals)} ${currency}`;
}

import { escapeHtml } from '../../../kernel/html.ts';
import { toLocalIso } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import type { ReceiptDocument, ReceiptLine } from './receipt.ts';
import { type ReceiptWords, receiptWords } from './receipt-words.ts';

export interface IssuedReceipt {
  /** `000123`: without gaps per organiser. */
  readonly number: string;
  readonly issuedAt: string;
  /** Read when it is shown: who was erased is not named any more. */
  readonly customer: string | null;
  readonly companyName: string | null;
  readonly vatId: string | null;
  readonly document: ReceiptDocument;
  /** Of a refund that failed after it was issued. */
  readonly isVoid: boolean;
}

const width = 72;

/** A receipt as plain text, to print or to send. */
export function receiptText(receipt: IssuedReceipt, language: Language): string {
  const words = receiptWords(language);
  const { number, issuedAt, document, isVoid } = receipt;
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency, words);
  const labels = [words.issued, words.paid, words.booking, words.show, words.reason, words.transaction];
  const labelWidth = Math.max(...labels.map(({ length }) => length)) + 2;
  const labelled = (label: string, text: string) => `${`${label}:`.padEnd(labelWidth)}${text}`;
  const row = (label: string, amountMinor: number) => {
    const amount = money(amountMinor);
    return `${label.padEnd(width - amount.length - 1)} ${amount}`;
  };
  const startsAt = toLocalIso(Date.parse(show.startsAt), show.timeZone).slice(0, 16).replace('T', ' ');
  return [
    titleOf(document, number, words),
    ...(isVoid ? [words.void] : []),
    '',
    ...[seller.name, seller.address, seller.taxNumber && words.taxNumber(seller.taxNumber)].filter(
      (line) => line !== null,
    ),
    ...addressees(receipt, words).map((line, i) => (i === 0 ? `\n${words.to}: ${line}` : `    ${line}`)),
    '',
    labelled(words.issued, issuedAt.slice(0, 10)),
    labelled(words.paid, document.paidAt.slice(0, 10)),
    labelled(words.booking, document.bookingId),
    labelled(words.show, `${show.title}, ${startsAt}, ${show.venue}`),
    ...(document.reason === null ? [] : [labelled(words.reason, document.reason)]),
    '',
    ...lines.map((line) => row(describe(line, words), line.amountMinor)),
    '-'.repeat(width),
    row(words.total, document.totalMinor),
    ...taxes.map((tax) => row(`  ${words.ofWhich(tax.name, money(tax.netMinor))}`, tax.taxMinor)),
    '',
    labelled(words.transaction, document.transactionId.slice(0, 64)),
    ...(document.transactionId.length > 64 ? [`${' '.repeat(labelWidth)}${document.transactionId.slice(64)}`] : []),
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
export function receiptHtml(receipt: IssuedReceipt, language: Language): string {
  const words = receiptWords(language);
  const { number, issuedAt, document, isVoid } = receipt;
  const { seller, show, lines, taxes, currency } = document;
  const money = amountOf(currency, words);
  const row = (label: string, amountMinor: number, kind = '') =>
    `<tr${kind && ` class="${kind}"`}><th scope="row">${escapeHtml(label)}</th><td class="amount">${escapeHtml(money(amountMinor))}</td></tr>`;
  const title = titleOf(document, number, words);
  const sellerLines = [seller.name, seller.address, seller.taxNumber && words.taxNumber(seller.taxNumber)];
  const startsAt = toLocalIso(Date.parse(show.startsAt), show.timeZone).slice(0, 16).replace('T', ' ');
  const facts = [
    [words.issued, issuedAt.slice(0, 10)],
    [words.paid, document.paidAt.slice(0, 10)],
    [words.booking, document.bookingId],
    [words.show, `${show.title}, ${startsAt}, ${show.venue}`],
    ...(document.reason === null ? [] : [[words.reason, document.reason]]),
    ...addressees(receipt, words).map((line, i) => [i === 0 ? words.to : '', line]),
  ] as const;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${isVoid ? `<p>${words.void}</p>` : ''}
<address>${sellerLines
    .filter((line) => line !== null)
    .map(escapeHtml)
    .join('\n')}</address>
<dl>${facts.map(([name, value]) => `<div><dt>${escapeHtml(name!)}</dt><dd>${escapeHtml(value!)}</dd></div>`).join('')}</dl>
<table><caption>${document.kind === 'refund' ? words.whatCameBack : words.whatWasPaid}</caption>
<thead><tr><th scope="col">${words.what}</th><th scope="col" class="amount">${words.amount}</th></tr></thead>
<tbody>${lines.map((line) => row(describe(line, words), line.amountMinor)).join('\n')}</tbody>
<tfoot>${row(words.total, document.totalMinor, 'total')}
${taxes.map((tax) => row(words.ofWhich(tax.name, money(tax.netMinor)), tax.taxMinor)).join('')}</tfoot></table>
<p class="transaction">${words.transaction} ${escapeHtml(document.transactionId)}</p></main></body></html>
`;
}

/** For whom it is made out, line by line. */
function addressees({ customer, companyName, vatId }: IssuedReceipt, words: ReceiptWords): string[] {
  return [companyName, customer, vatId && words.vatId(vatId)].filter(
    (line) => line !== null && line !== '',
  ) as string[];
}

function titleOf({ kind }: ReceiptDocument, number: string, words: ReceiptWords): string {
  return kind === 'refund' ? words.refundReceipt(number) : words.receipt(number);
}

/** Words of ours by the reader’s language; a discount keeps the code that it names. */
function describe({ description, own }: ReceiptLine, words: ReceiptWords): string {
  if (own === undefined) return description;
  return own === 'discount' ? description.replace(/^Discount/, words.discount) : words[own];
}

function amountOf(currency: string, { decimalPoint }: ReceiptWords): (amountMinor: number) => string {
  const decimals = currencyDecimals(currency);
  return (amountMinor) =>
    `${toDecimal(amountMinor, currency).toFixed(decimals).replace('.', decimalPoint)} ${currency}`;
}

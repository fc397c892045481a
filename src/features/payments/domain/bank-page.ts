import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';

/** A payment as the play bank shows it to its customer. */
export interface BankPagePayment {
  readonly state: 'waiting' | 'settled' | 'cancelled';
  readonly failureCode: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly clientSecret: string;
}

/** The page fetches and runs nothing; its buttons come back here. */
export const bankPagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const style = `*{box-sizing:border-box}body{margin:0;background:#eef1f6;color:#14181f;font:16px/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:4rem auto;padding:2rem;background:#fff;border-radius:16px;box-shadow:0 2px 12px #14181f1f}
h1{margin:0;font-size:1.25rem}.amount{margin:1.5rem 0 .25rem;font-size:2.25rem;font-weight:700;line-height:1.1;font-variant-numeric:tabular-nums}
p{margin:.5rem 0}.note{margin-top:1.5rem;padding-top:1rem;border-top:1px solid #dbe0e8;color:#495264;font-size:.875rem}
form{margin-top:.75rem}button{width:100%;min-height:3rem;padding:.6rem 1rem;font:inherit;font-weight:600;border:1px solid #495264;border-radius:10px;
background:#fff;color:#14181f;cursor:pointer}button.first{background:#1746a2;border-color:#1746a2;color:#fff}
button:hover{filter:brightness(.95)}button:focus-visible{outline:3px solid #1746a2;outline-offset:2px}
@media (max-width:30rem){body{background:#fff}main{margin:0;padding:1.5rem;border-radius:0;box-shadow:none}}`;

/** Holds no text of strangers: amount and currency are ours, the secret is base64url. */
export function bankPage(payment: BankPagePayment): string {
  const { state, failureCode, amountMinor, currency } = payment;
  const amount = `${toDecimal(amountMinor, currency).toFixed(currencyDecimals(currency))} ${currency}`;
  const isPaid = state === 'settled' && failureCode === null;
  const title =
    state === 'waiting' ? 'Confirm a payment' : isPaid ? 'The payment is confirmed' : 'The payment was not made';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Sandbox bank</title>
<style>${style}</style></head>
<body><main><h1>${title}</h1>
<p class="amount">${amount}</p>
${state === 'waiting' ? question(payment) : '<p role="status">You can close this page and return to your order.</p>'}
<p class="note">Sandbox bank: it plays your bank, and no money moves.</p></main></body></html>
`;
}

function question({ clientSecret }: BankPagePayment): string {
  const button = (choice: string, text: string, kind = '') =>
    `<form method="post" action="/sandbox/bank/${clientSecret}/${choice}"><button${kind && ` class="${kind}"`}>${text}</button></form>`;
  return `<p>Onsale asks for this amount. Is this you?</p>
${button('succeed', 'Confirm the payment', 'first')}${button('fail', 'Fail the check')}${button('cancel', 'Cancel')}`;
}

/** How the play bank treats a card. */
export interface SandboxCard {
  readonly about: string;
  /** Comes of it in the end. */
  readonly outcome: 'captured' | string;
  /** How the outcome is reported: at once, after a while, by asking the buyer, by webhook, or not at all before we give up. */
  readonly reported: 'at once' | 'slowly' | 'challenge' | 'webhook' | 'too late';
  /** `reported` by webhook: how often, and after how long. */
  readonly webhooks?: { readonly count: number; readonly afterMs: number };
  readonly refundFails?: true;
}

export const slowMs = 3_000;
const lateMs = 20_000;

/** Every test card there is. A name may follow after a colon (`tok_declined:red`), to distinguish one card from another. */
export const sandboxCards: Readonly<Record<string, SandboxCard>> = {
  tok_ok: { about: 'pays', outcome: 'captured', reported: 'at once' },
  tok_declined: { about: 'is declined', outcome: 'CARD_DECLINED', reported: 'at once' },
  tok_insufficient_funds: { about: 'has too little money', outcome: 'INSUFFICIENT_FUNDS', reported: 'at once' },
  tok_3ds: { about: 'asks the buyer on the bank’s page', outcome: 'captured', reported: 'challenge' },
  tok_slow: { about: 'pays after three seconds', outcome: 'captured', reported: 'slowly' },
  tok_timeout_paid: { about: 'does not answer in time, and has paid', outcome: 'captured', reported: 'too late' },
  tok_timeout_unpaid: {
    about: 'does not answer in time, and was declined',
    outcome: 'CARD_DECLINED',
    reported: 'too late',
  },
  tok_webhook_late: {
    about: 'pays later: its webhook comes after twenty seconds',
    outcome: 'captured',
    reported: 'webhook',
    webhooks: { count: 1, afterMs: lateMs },
  },
  tok_webhook_twice: {
    about: 'pays later: its webhook comes at once, twice',
    outcome: 'captured',
    reported: 'webhook',
    webhooks: { count: 2, afterMs: 0 },
  },
  tok_webhook_never: {
    about: 'pays later, and no webhook comes: we have to ask',
    outcome: 'captured',
    reported: 'webhook',
    webhooks: { count: 0, afterMs: 0 },
  },
  tok_refund_fails: {
    about: 'pays, and its refund is refused',
    outcome: 'captured',
    reported: 'at once',
    refundFails: true,
  },
};

/** The card that a token names, or undefined. */
export function sandboxCardOf(token: string): SandboxCard | undefined {
  const [name = ''] = token.split(':', 1);
  return Object.hasOwn(sandboxCards, name) ? sandboxCards[name] : undefined;
}

/** The card of a token that its own payment names: it was checked when it was made. */
export function knownSandboxCard(token: string): SandboxCard {
  const card = sandboxCardOf(token);
  if (!card) throw new Error('A sandbox payment with a card that does not exist');
  return card;
}

import { randomBytes } from 'node:crypto';

type Fields = Record<string, unknown>;

export interface Intent {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly client_secret: string;
  readonly metadata: Record<string, string>;
  readonly manual: boolean;
  readonly bankUrl: string;
  status: string;
  payment_method: string | null;
  amount_received: number;
  last_payment_error: { code: string; decline_code?: string; type: string } | null;
  refunds: Refund[];
}

export interface Refund {
  readonly id: string;
  readonly payment_intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  readonly created: number;
  status: string;
  failure_reason?: string;
}

export interface FakeEvent {
  readonly id: string;
  readonly type: string;
  readonly object: object;
  /** The connected account that it happened in; null: the platform's own. */
  readonly account: string | null;
}

/** What Stripe says when it refuses: status and `error` object. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: Fields;
  constructor(status: number, error: Fields) {
    super(String(error.code ?? error.type));
    this.status = status;
    this.error = error;
  }
}

const notFound = (id: string) =>
  new StripeRefusal(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such object: ${id}` });
const wrongState = (intent: Intent) =>
  new StripeRefusal(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent's status is ${intent.status}.`,
  });
const declines: Record<string, string> = {
  pm_card_chargeDeclined: 'generic_decline',
  pm_card_chargeDeclinedInsufficientFunds: 'insufficient_funds',
};

/** What all accounts have in common. */
export interface World {
  readonly now: () => number;
  /** Hears of every event as it happens. */
  onEvent: (event: FakeEvent) => void;
  /** The address of the bank's page, without the intent. */
  bankBase: string;
}

/**
 * Stripe's memory of one account: intents, refunds, disputes and the events they cause. Follows the documented life of a PaymentIntent,
 * as far as Onsale uses it. Methods: `pm_card_visa` pays, `pm_card_chargeDeclined…` does not, `pm_card_threeDSecureRequired`
 * asks the buyer, `pm_bank` is processing until {@link FakeBooks.settle}, cannot be cancelled then and knows no separate capture,
 * `pm_bank_slow` is the same and can be cancelled, `pm_card_refundFail`
 * pays and cannot be refunded, `pm_card_captureFail` cannot be captured.
 */
export class FakeBooks {
  readonly intents = new Map<string, Intent>();
  readonly disputes = new Map<string, Fields>();
  readonly events: FakeEvent[] = [];
  private readonly account: string | null;
  private readonly world: World;

  constructor(account: string | null, world: World) {
    this.account = account;
    this.world = world;
  }

  /** Money that was taken and not given back, per booking: what must agree with the database. */
  takenBy(bookingId: string): number {
    let sum = 0;
    for (const { metadata, amount_received, refunds } of this.intents.values()) {
      if (metadata.booking_id !== bookingId) continue;
      sum += amount_received;
      for (const { status, amount } of refunds) if (status === 'succeeded') sum -= amount;
    }
    return sum;
  }

  create(fields: Fields): Fields {
    const id = `pi_${randomBytes(9).toString('hex')}`;
    const options = fields.payment_method_options as { card?: { capture_method?: string } } | undefined;
    const intent: Intent = {
      id,
      created: Math.floor(this.world.now() / 1000),
      amount: Number(fields.amount),
      currency: String(fields.currency),
      client_secret: `${id}_secret_${randomBytes(6).toString('hex')}`,
      metadata: (fields.metadata ?? {}) as Record<string, string>,
      manual: options?.card?.capture_method === 'manual' || fields.capture_method === 'manual',
      bankUrl: `${this.world.bankBase}/${id}`,
      status: 'requires_payment_method',
      payment_method: null,
      amount_received: 0,
      last_payment_error: null,
      refunds: [],
    };
    this.intents.set(id, intent);
    this.report('payment_intent.created', intent);
    return show(intent);
  }

  find(id: string): Intent {
    const intent = this.intents.get(id);
    if (!intent) throw notFound(id);
    return intent;
  }

  list(gte: number, limit: number, after: string | undefined): { data: Fields[]; has_more: boolean } {
    const all = [...this.intents.values()].filter(({ created }) => created >= gte).reverse();
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const page = all.slice(from, from + limit);
    return { data: page.map(show), has_more: from + limit < all.length };
  }

  confirm(id: string, method: string): Fields {
    const intent = this.find(id);
    if (!['requires_payment_method', 'requires_confirmation'].includes(intent.status)) throw wrongState(intent);
    if (!/^pm_/.test(method) || method === 'pm_missing') throw notFound(method);
    intent.payment_method = method;
    if (declines[method]) throw this.decline(intent, declines[method]);
    if (method === 'pm_card_threeDSecureRequired') {
      intent.status = 'requires_action';
      this.report('payment_intent.requires_action', intent);
    } else if (method.startsWith('pm_bank')) {
      intent.status = 'processing';
      this.report('payment_intent.processing', intent);
    } else this.authorize(intent);
    return show(intent);
  }

  private decline(intent: Intent, declineCode: string): StripeRefusal {
    intent.status = 'requires_payment_method';
    intent.last_payment_error = { type: 'card_error', code: 'card_declined', decline_code: declineCode };
    this.report('payment_intent.payment_failed', intent);
    return new StripeRefusal(402, {
      ...intent.last_payment_error,
      message: 'Your card was declined.',
      payment_intent: show(intent),
    });
  }

  private authorize(intent: Intent): void {
    intent.last_payment_error = null;
    if (intent.manual && !intent.payment_method?.startsWith('pm_bank')) {
      intent.status = 'requires_capture';
      this.report('payment_intent.amount_capturable_updated', intent);
    } else this.take(intent);
  }

  private take(intent: Intent): void {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    this.report('payment_intent.succeeded', intent);
  }

  /** The bank's page, or a slow method's end. */
  settle(id: string, outcome: 'succeed' | 'fail'): void {
    const intent = this.find(id);
    if (!['requires_action', 'processing'].includes(intent.status)) throw wrongState(intent);
    if (outcome === 'succeed') this.authorize(intent);
    else {
      intent.status = 'requires_payment_method';
      intent.last_payment_error = { type: 'card_error', code: 'payment_intent_authentication_failure' };
      this.report('payment_intent.payment_failed', intent);
    }
  }

  /** Money arrives though everybody thought it was over: a bank that changes its mind. */
  arriveLate(id: string): void {
    this.take(this.find(id));
  }

  /** The same is paid once more, marks and all: somebody pressed "retry" in the dashboard. */
  payAgain(id: string): string {
    const { amount, currency, metadata } = this.find(id);
    const again = String(this.create({ amount, currency, metadata }).id);
    this.confirm(again, 'pm_card_visa');
    return again;
  }

  /** Takes another amount than it was asked to, by a mistake at the bank. */
  changeAmount(id: string, amount: number): void {
    const intent = this.find(id);
    this.intents.set(id, { ...intent, amount });
  }

  /** Payments of a booking that somebody could still make, or that are set aside. */
  openOf(bookingId: string): string[] {
    const ours = [...this.intents.values()].filter(({ metadata }) => metadata.booking_id === bookingId);
    return ours
      .filter(({ status }) => !['succeeded', 'canceled'].includes(status))
      .map(({ id, status }) => `${id} ${status}`);
  }

  capture(id: string): Fields {
    const intent = this.find(id);
    if (intent.status !== 'requires_capture') throw wrongState(intent);
    if (intent.payment_method === 'pm_card_captureFail') {
      intent.status = 'canceled';
      this.report('payment_intent.canceled', intent);
      throw new StripeRefusal(400, {
        type: 'invalid_request_error',
        code: 'charge_expired_for_capture',
        message: 'Expired.',
      });
    }
    this.take(intent);
    return show(intent);
  }

  cancel(id: string): Fields {
    const intent = this.find(id);
    const isStuck = intent.status === 'processing' && intent.payment_method !== 'pm_bank_slow';
    if (isStuck || ['succeeded', 'canceled'].includes(intent.status)) throw wrongState(intent);
    intent.status = 'canceled';
    this.report('payment_intent.canceled', intent);
    return show(intent);
  }

  refund(fields: Fields): Fields {
    const intent = this.find(String(fields.payment_intent));
    const returned = intent.refunds.reduce((sum, one) => sum + (one.status === 'failed' ? 0 : one.amount), 0);
    const amount = Number(fields.amount);
    if (returned + amount > intent.amount_received) {
      throw new StripeRefusal(400, {
        type: 'invalid_request_error',
        code: 'charge_already_refunded',
        message: 'Too much.',
      });
    }
    const isFailing = intent.payment_method === 'pm_card_refundFail';
    const refund: Refund = {
      id: `re_${randomBytes(9).toString('hex')}`,
      payment_intent: intent.id,
      amount,
      currency: intent.currency,
      metadata: (fields.metadata ?? {}) as Record<string, string>,
      created: Math.floor(this.world.now() / 1000),
      status: isFailing ? 'failed' : 'succeeded',
      ...(isFailing && { failure_reason: 'expired_or_canceled_card' }),
    };
    intent.refunds.push(refund);
    this.report('refund.updated', refund);
    return { object: 'refund', ...refund };
  }

  dispute(intentId: string, facts: { reason: string; dueBy: number; amount?: number }): string {
    const intent = this.find(intentId);
    const id = `du_${randomBytes(6).toString('hex')}`;
    const { amount_received: received, currency } = intent;
    const evidence = { due_by: facts.dueBy };
    const made = { created: Math.floor(this.world.now() / 1000), amount: facts.amount ?? received, currency };
    const dispute = { id, object: 'dispute', ...made, reason: facts.reason, status: 'needs_response' };
    this.disputes.set(id, { ...dispute, evidence_details: evidence, payment_intent: show(intent) });
    this.report('charge.dispute.created', { ...dispute, payment_intent: intentId });
    return id;
  }

  /** The bank decides. */
  closeDispute(id: string, status: 'won' | 'lost'): void {
    const closed: Fields = { ...this.findDispute(id), status };
    this.disputes.set(id, closed);
    const { payment_intent: intent, ...rest } = closed as Fields & { payment_intent: { id: string } };
    this.report('charge.dispute.closed', { ...rest, payment_intent: intent.id });
  }

  findDispute(id: string): Fields {
    const dispute = this.disputes.get(id);
    if (!dispute) throw notFound(id);
    return dispute;
  }

  disputesSince(gte: number): Fields[] {
    return [...this.disputes.values()].filter(({ created }) => Number(created) >= gte);
  }

  refundsSince(gte: number): Refund[] {
    const all = [...this.intents.values()].flatMap(({ refunds }) => refunds);
    return all.filter(({ created }) => created >= gte).reverse();
  }

  showRefund(refund: Refund, isExpanded: boolean): Fields {
    const intent = isExpanded ? show(this.find(refund.payment_intent)) : refund.payment_intent;
    return { object: 'refund', ...refund, payment_intent: intent };
  }

  /** Somebody gives money back in the dashboard. */
  refundByHand(intentId: string, amount: number): string {
    return String(this.refund({ payment_intent: intentId, amount }).id);
  }

  /** A refund that seemed made comes back: the card is closed. */
  returnRefund(intentId: string, refundId: string): void {
    const refund = this.find(intentId).refunds.find(({ id }) => id === refundId)!;
    refund.status = 'failed';
    refund.failure_reason = 'expired_or_canceled_card';
    this.report('refund.failed', refund);
  }

  private report(type: string, object: object): void {
    const shown = 'client_secret' in object ? show(object as Intent) : object;
    const event = { id: `evt_${randomBytes(9).toString('hex')}`, type, object: shown, account: this.account };
    this.events.push(event);
    this.world.onEvent(event);
  }
}

/** An intent as the API shows it. */
export function show(intent: Intent): Fields {
  const { refunds: _, manual: __, bankUrl: url, ...shown } = intent;
  return {
    object: 'payment_intent',
    ...shown,
    amount_capturable: intent.status === 'requires_capture' ? intent.amount : 0,
    next_action: intent.status === 'requires_action' ? { type: 'redirect_to_url', redirect_to_url: { url } } : null,
  };
}

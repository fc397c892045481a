import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { useEffect, useRef, useState } from 'react';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import type { PaymentMethod } from '../../src/contract/payments.ts';
import { currencyDecimals } from '../../src/kernel/money.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { language, textsOf } from '../texts/texts.ts';
import styles from './stripe-form.module.css';

/** What Stripe's form makes of what was typed in it: a payment method's id, or the sentence that it has shown at its field. */
export type StripeMethod = { readonly token: string } | { readonly fault: string };

/** Asks Stripe's form for its payment method. */
export type AskStripeForm = (buyer: { readonly name: string; readonly email: string }) => Promise<StripeMethod>;

const appearanceOf = (): object => {
  const value = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return {
    variables: {
      fontFamily: value('--font-ui'),
      colorPrimary: value('--focus'),
      colorBackground: value('--surface'),
      colorText: value('--ink'),
      colorDanger: value('--danger'),
      borderRadius: value('--radius-md'),
    },
  };
};

/**
 * Stripe's Payment Element: the card is typed in Stripe's own frame, and we get a payment method's id. Stripe's script is loaded from
 * Stripe, here and nowhere else. `onReady` is handed how to ask the form, or null while it cannot be asked.
 */
export function StripeForm({
  method,
  hold,
  clientSecret,
  onReady,
  onActed,
}: {
  readonly method: PaymentMethod;
  readonly hold: ReservationAnswer;
  /** Set while Stripe itself must ask the buyer, in a window of its own. */
  readonly clientSecret: string | null;
  onReady(ask: AskStripeForm | null): void;
  /** The buyer has answered Stripe, one way or the other. */
  onActed(): void;
}) {
  const texts = textsOf('pay').means;
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  const [round, setRound] = useState(0);
  const [stripe, setStripe] = useState<Stripe | null>(null);
  const { publishableKey, account } = method;
  const { totalPrice, currency } = hold;

  useEffect(() => {
    let elements: StripeElements | undefined;
    let isCurrent = true;
    setState('loading');
    const failed = () => isCurrent && setState('failed');
    loadStripe(publishableKey!, {
      locale: language === 'de' ? 'de' : 'en',
      ...(account !== undefined && { stripeAccount: account }),
    }).then((loaded) => {
      if (!isCurrent) return;
      if (!loaded || !place.current) return failed();
      elements = loaded.elements({
        mode: 'payment',
        amount: Math.round(totalPrice * 10 ** currencyDecimals(currency)),
        currency: currency.toLowerCase(),
        paymentMethodCreation: 'manual',
        appearance: appearanceOf(),
      });
      // Name and address are asked for on our side.
      const element = elements.create('payment', { fields: { billingDetails: { name: 'never', email: 'never' } } });
      element.on('ready', () => isCurrent && setState('ready'));
      element.on('loaderror', failed);
      element.mount(place.current);
      setStripe(loaded);
      onReady((buyer) => askForm(loaded, elements!, buyer));
    }, failed);
    return () => {
      isCurrent = false;
      elements?.getElement('payment')?.destroy();
      onReady(null);
    };
  }, [publishableKey, account, totalPrice, currency, onReady, round]);

  useEffect(() => {
    if (stripe && clientSecret) void stripe.handleNextAction({ clientSecret }).finally(onActed);
  }, [stripe, clientSecret, onActed]);

  return (
    <div>
      {state === 'loading' && <Skeleton className={styles.loading} />}
      {state === 'failed' && (
        <Notice
          tone="warn"
          role="alert"
          title={texts.loadFailed.title}
          actions={
            <Button size="small" onClick={() => setRound((before) => before + 1)}>
              {texts.loadFailed.again}
            </Button>
          }
        >
          {texts.loadFailed.text}
        </Notice>
      )}
      <div ref={place} />
    </div>
  );
}

async function askForm(
  stripe: Stripe,
  elements: StripeElements,
  buyer: { readonly name: string; readonly email: string },
): Promise<StripeMethod> {
  const { error: fault } = await elements.submit();
  if (fault) return { fault: fault.message ?? '' };
  const made = await stripe.createPaymentMethod({ elements, params: { billing_details: buyer } });
  return made.paymentMethod ? { token: made.paymentMethod.id } : { fault: made.error.message ?? '' };
}

import { lazy, Suspense, useCallback, useState } from 'react';
import type { EventBody } from '../../src/contract/catalog.ts';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import type { PaymentMethod } from '../../src/contract/payments.ts';
import { useApi } from '../api/queries.ts';
import { wordsOf } from '../api/words-of.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { textsOf } from '../texts/texts.ts';
import { CardForm } from './card-form.tsx';
import styles from './means-step.module.css';
import { Step } from './step.tsx';
import type { AskStripeForm } from './stripe-form.tsx';
import { type Form, fieldIds } from './use-form.ts';
import type { PaymentControl } from './use-payment.ts';

const StripeForm = lazy(async () => ({ default: (await import('./stripe-form.tsx')).StripeForm }));

/** How one can pay here. */
export function useMeans(event: EventBody | undefined, isFree: boolean) {
  const path = event ? `/api/payments/methods?organizer=${encodeURIComponent(event.organizer.slug)}` : null;
  const query = useApi<{ readonly providers: readonly PaymentMethod[] }>(isFree ? null : path);
  const [askStripe, setAskStripe] = useState<AskStripeForm | null>(null);
  // A function in a state is set by one that answers it.
  const onStripeReady = useCallback((ask: AskStripeForm | null) => setAskStripe(() => ask), []);
  const providers = query.data?.providers;
  const sandbox = providers?.find(({ provider }) => provider === 'sandbox');
  const stripe = providers?.find(({ provider, publishableKey }) => provider === 'stripe' && publishableKey);
  const kind = providers === undefined ? 'loading' : sandbox ? 'sandbox' : stripe ? 'stripe' : 'none';
  const isReady = isFree || kind === 'sandbox' || (kind === 'stripe' && askStripe !== null);
  return { kind, stripe, askStripe, onStripeReady, isReady, error: query.error, again: query.refetch } as const;
}

export type Means = ReturnType<typeof useMeans>;

/** Where the card is typed. */
export function MeansStep({
  number,
  means,
  form,
  hold,
  control: { payment, askNow },
  isLocked,
}: {
  readonly number: number;
  readonly means: Means;
  readonly form: Form;
  readonly hold: ReservationAnswer;
  readonly control: PaymentControl;
  readonly isLocked: boolean;
}) {
  const action = payment.phase === 'bank' && payment.action.url === null ? payment.action : null;
  const texts = textsOf('pay').means;
  return (
    <Step number={number} title={texts.heading}>
      {means.kind === 'loading' && !means.error && <Skeleton className={styles.loading} />}
      {means.kind === 'loading' && means.error && (
        <Notice
          tone="warn"
          title={wordsOf(means.error).title}
          actions={
            <Button size="small" onClick={() => void means.again()}>
              {texts.loadFailed.again}
            </Button>
          }
        >
          {texts.loadFailed.text}
        </Notice>
      )}
      {means.kind === 'none' && (
        <Notice tone="warn" title={texts.none.title}>
          {texts.none.text}
        </Notice>
      )}
      {means.kind === 'stripe' && (
        <div className={styles.means}>
          <Suspense fallback={<Skeleton className={styles.loading} />}>
            <StripeForm
              method={means.stripe!}
              hold={hold}
              clientSecret={action?.clientSecret ?? null}
              onReady={means.onStripeReady}
              onActed={askNow}
            />
          </Suspense>
        </div>
      )}
      {means.kind === 'sandbox' && (
        <div className={styles.means}>
          <CardForm
            card={form.card}
            change={form.changeCard}
            errors={{
              number: form.shown[fieldIds.card('number')],
              expiry: form.shown[fieldIds.card('expiry')],
              code: form.shown[fieldIds.card('code')],
            }}
            onLeave={(field) => form.leave(fieldIds.card(field))}
            isLocked={isLocked}
          />
        </div>
      )}
    </Step>
  );
}

import { ChevronDown, ChevronUp, Lock } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { EventBody } from '../../src/contract/catalog.ts';
import { Button } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { BankTrip } from './bank-trip.tsx';
import styles from './checkout.module.css';
import { ContactStep, VisitorsStep } from './contact-steps.tsx';
import { GiveBackLine } from './give-back-line.tsx';
import { LegalLine, useLegal } from './legal-line.tsx';
import { MeansStep, useMeans } from './means-step.tsx';
import { OrderSummary } from './order-summary.tsx';
import { PaymentNotice } from './payment-notice.tsx';
import { shortPlaces } from './places.ts';
import { type Form, useForm } from './use-form.ts';
import type { SeenHold } from './use-hold.ts';
import type { PaymentControl } from './use-payment.ts';

/** The form that buys what is held, beside what that is. */
export function Checkout({
  seen: { hold, endsAt },
  event,
  control,
  over,
  code,
  poster,
}: {
  readonly seen: SeenHold;
  readonly event: EventBody | undefined;
  readonly control: PaymentControl;
  /** The hold has ended: what is said of that. What was typed stays. */
  readonly over: ReactNode;
  readonly code?: ReactNode;
  readonly poster?: ReactNode;
}) {
  const texts = textsOf('pay');
  const { payment, press } = control;
  const isLocked = payment.phase !== 'idle';
  const isFree = hold.totalPrice === 0;
  const asksVisitors = event?.asksAttendeeNames === true;
  const means = useMeans(event, isFree);
  const form = useForm(
    { hold, asksVisitors, asksCard: !isFree && means.kind === 'sandbox' },
    payment.phase === 'idle' ? payment.error : null,
  );
  const [isOpen, setOpen] = useState(false);
  const [complains, setComplains] = useState(0);
  const legal = useLegal(event);
  const preparing = useRef(false);
  const summary = useRef<HTMLDivElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const amount = money(hold.totalPrice, hold.currency);
  const faults = Object.keys(form.wrong).length;

  // What went wrong is looked at first, by eye and by ear.
  useEffect(() => {
    if (complains > 0) summary.current?.focus();
  }, [complains]);
  const error = payment.phase === 'idle' ? payment.error : null;
  useEffect(() => {
    if (error !== null) notice.current?.scrollIntoView({ block: 'center' });
  }, [error]);

  async function submit(submitted: FormEvent) {
    submitted.preventDefault();
    if (isLocked || over || !means.isReady || preparing.current) return;
    if (faults > 0) {
      form.showAll();
      setComplains((before) => before + 1);
      return;
    }
    const request = form.toRequest(legal.consent);
    if (isFree || means.kind === 'sandbox') return press(request);
    // Stripe's form says itself what is wrong in it.
    preparing.current = true;
    try {
      const made = await means.askStripe!({ name: request.customerName!, email: request.customerEmail! });
      if ('token' in made) press({ ...request, payment: { provider: 'stripe', token: made.token } });
    } finally {
      preparing.current = false;
    }
  }

  const situation = { heldMinutes: Math.max(0, Math.floor((endsAt - performance.now()) / 60_000)) };
  let step = 0;
  return (
    <div className={styles.pays}>
      <form noValidate onSubmit={(submitted) => void submit(submitted)}>
        <h1 className="spoken">{texts.heading(hold.quantity, event?.title ?? '')}</h1>
        <div className={styles.fold}>
          {poster && <div className={styles.poster}>{poster}</div>}
          <div className={styles.foldText}>
            <p className={styles.strong}>
              {texts.order.short(hold.quantity)} · <span className="numeric">{amount}</span>
            </p>
            <p className="tiny quiet">{[event?.title, shortPlaces(hold.tickets)].filter(Boolean).join(', ')}</p>
          </div>
          <Button look="quiet" size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? texts.order.less : texts.order.details}
            {isOpen ? <ChevronUp size={18} aria-hidden="true" /> : <ChevronDown size={18} aria-hidden="true" />}
          </Button>
        </div>
        {isOpen && (
          <div className={styles.foldedOut}>
            <OrderSummary hold={hold} event={event} code={code} isOpen />
          </div>
        )}
        <div ref={notice} className={styles.notices}>
          {over}
          {!over && <PaymentNotice control={control} situation={situation} />}
          <BankTrip control={control} reservationId={hold.reservationId} />
          {complains > 0 && Object.keys(form.shown).length > 0 && <ErrorSummary form={form} focus={summary} />}
        </div>
        <ContactStep number={++step} form={form} reservationId={hold.reservationId} isLocked={isLocked} />
        {asksVisitors && <VisitorsStep number={++step} form={form} hold={hold} isLocked={isLocked} />}
        {!isFree && (
          <MeansStep number={++step} means={means} form={form} hold={hold} control={control} isLocked={isLocked} />
        )}
        <div className={styles.sticky}>
          {isFree && <p className={classes('small quiet', styles.onDesk)}>{texts.means.free}</p>}
          <Button
            type="submit"
            look="primary"
            wide
            className={styles.pay}
            working={isLocked}
            disabled={Boolean(over) || !means.isReady}
          >
            {!isLocked && !isFree && <Lock size={20} aria-hidden="true" />}
            <span className="numeric">{labelOf(control, isFree, amount, hold.quantity)}</span>
          </Button>
          {event && (
            <div className={classes('tiny faint', styles.onDesk)}>
              <LegalLine legal={legal} /> <GiveBackLine event={event} />
            </div>
          )}
        </div>
        {event && (
          <div className="tiny faint only-phone">
            <LegalLine legal={legal} /> <GiveBackLine event={event} />
          </div>
        )}
      </form>
      <OrderSummary hold={hold} event={event} code={code} poster={poster} isOpen={false} />
    </div>
  );
}

function labelOf({ payment }: PaymentControl, isFree: boolean, amount: string, count: number): string {
  const texts = textsOf('pay').pay;
  if (payment.phase === 'bank') return texts.askingBank;
  const isAsking = payment.phase === 'asking' && payment.doubt !== 'none';
  if (isAsking && !isFree) return texts.askingBank;
  if (payment.phase !== 'idle') return isFree ? texts.gettingFree : texts.paying(amount);
  return isFree ? texts.free(count) : texts.button(amount);
}

/** All that is wrong, with the ways there: it has the focus after a press that could not be sent. */
function ErrorSummary({ form, focus }: { readonly form: Form; readonly focus: React.Ref<HTMLDivElement> }) {
  const texts = textsOf('pay').summary;
  const faults = Object.entries(form.shown);
  return (
    <div ref={focus} tabIndex={-1} role="alert" className={styles.summary}>
      <Notice tone="no" title={texts.heading}>
        {texts.text(faults.length)}
        <ul className={styles.faults}>
          {faults.map(([id, { sentence }]) => (
            <li key={id}>
              <a
                href={`#${id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(id)?.focus();
                }}
              >
                {sentence}
              </a>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

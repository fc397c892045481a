import { Clock, CreditCard, Landmark, type LucideIcon, WifiOff } from 'lucide-react';
import { ApiProblem } from '../api/problem.ts';
import { wordsOf } from '../api/words-of.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button } from '../parts/button/button.tsx';
import { Notice, type NoticeTone } from '../parts/notice/notice.tsx';
import type { Situation } from '../texts/problem-words.ts';
import { textsOf } from '../texts/texts.ts';
import { withReturn } from './bank-trip.tsx';
import type { Doubt, Payment } from './payment.ts';
import styles from './payment-notice.module.css';
import type { PaymentControl } from './use-payment.ts';

/** What is known of the payment, where something is to say: what happened, whether money moved, what now. */
export function PaymentNotice({
  control: { payment, askNow, leaveForBank },
  situation,
}: {
  readonly control: PaymentControl;
  readonly situation: Situation;
}) {
  const texts = textsOf('pay');
  switch (payment.phase) {
    case 'idle':
      return payment.error === null ? null : <Refusal error={payment.error} situation={situation} />;
    case 'asking': {
      if (payment.doubt === 'none') return null;
      const { title, text } = texts.asking[payment.doubt];
      return (
        <Notice
          tone={payment.doubt === 'network' || payment.doubt === 'server' ? 'warn' : 'info'}
          icon={iconOf[payment.doubt]}
          role="status"
          title={title}
          actions={
            payment.waitMs !== null && (
              <Button size="small" onClick={askNow}>
                {texts.asking.askNow}
              </Button>
            )
          }
        >
          {text}
          <UnknownMoney />
        </Notice>
      );
    }
    case 'bank':
      return <BankNotice payment={payment} leaveForBank={leaveForBank} />;
    case 'unknown': {
      const { title, text } = wordsOf(payment.error, situation);
      return (
        <Notice
          tone="warn"
          role="alert"
          title={title}
          actions={
            <Button size="small" onClick={askNow}>
              {texts.asking.askNow}
            </Button>
          }
        >
          {texts.unknown.text} {text}
          <UnknownMoney />
        </Notice>
      );
    }
    case 'done':
      return null;
  }
}

const iconOf: Record<Exclude<Doubt, 'none'>, LucideIcon> = {
  slow: Clock,
  network: WifiOff,
  server: WifiOff,
  bank: Landmark,
};

function Refusal({ error, situation }: { readonly error: unknown; readonly situation: Situation }) {
  const { title, text } = wordsOf(error, situation);
  const isCard = error instanceof ApiProblem && error.code === 'PAYMENT_DECLINED';
  const tone: NoticeTone = error instanceof ApiProblem && error.body.status >= 500 ? 'warn' : 'no';
  return (
    <Notice tone={tone} role="alert" title={title} {...(isCard && { icon: CreditCard })}>
      {text}
    </Notice>
  );
}

function BankNotice({
  payment: { action, isBack, attempt },
  leaveForBank,
}: {
  readonly payment: Extract<Payment, { readonly phase: 'bank' }>;
  leaveForBank(): void;
}) {
  const texts = textsOf('pay').bank;
  const { title, text } = isBack ? texts.back : texts.going;
  return (
    <Notice
      tone={isBack ? 'warn' : 'info'}
      icon={Landmark}
      role={isBack ? 'alert' : 'status'}
      title={title}
      actions={
        action.url && (
          <a className={styles.link} href={withReturn(action.url, attempt.body.reservationId)} onClick={leaveForBank}>
            {texts.go}
          </a>
        )
      }
    >
      {text}
    </Notice>
  );
}

function UnknownMoney() {
  const { asking } = textsOf('pay');
  return (
    <span className={styles.money}>
      <Badge>
        <Clock size={15} aria-hidden="true" />
        {asking.unknownMoney}
      </Badge>
    </span>
  );
}

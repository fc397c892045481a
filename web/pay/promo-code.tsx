import { Tag } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { askApi } from '../api/client.ts';
import { forgetCodes, keepCode } from '../api/kept-code.ts';
import { wordsOf } from '../api/words-of.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button } from '../parts/button/button.tsx';
import { Field } from '../parts/field/field.tsx';
import { money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './promo-code.module.css';

/** The code of an order: typed, taken away again, and what it takes off. The hold stays as it is, its price follows. */
export function PromoCode({
  hold,
  isLocked,
  onChanged,
}: {
  readonly hold: ReservationAnswer;
  readonly isLocked: boolean;
  onChanged(hold: ReservationAnswer): void;
}) {
  const texts = textsOf('pay').code;
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<{ readonly error: unknown; readonly typed: string } | null>(null);
  const [isWorking, setWorking] = useState(false);
  const [said, say] = useState('');
  const place = useRef<HTMLDivElement>(null);
  const { promoCode, discount } = hold.priceBreakdown;

  useEffect(() => {
    if (isOpen) place.current?.querySelector('input')?.focus();
  }, [isOpen]);

  async function change(code: string | null) {
    setWorking(true);
    setError(null);
    try {
      const changed = await askApi<ReservationAnswer>(
        `/api/tickets/reservation/${encodeURIComponent(hold.reservationId)}/promo-code`,
        { method: 'PUT', body: { promoCode: code } },
      );
      // Whoever goes back to the seats has it there too.
      const ticketTypeIds = [...new Set(changed.tickets.map(({ ticketTypeId }) => ticketTypeId))];
      if (code === null) forgetCodes(changed.eventId, 'promo');
      else keepCode(changed.eventId, { kind: 'promo', code, ticketTypeIds });
      const total = money(changed.totalPrice, changed.currency);
      say(code === null ? texts.removed(total) : texts.applied(code.toUpperCase(), total));
      setOpen(false);
      setTyped('');
      onChanged(changed);
    } catch (failure) {
      setError({ error: failure, typed: code ?? '' });
    } finally {
      setWorking(false);
    }
  }

  const words = error && wordsOf(error.error, { typed: error.typed });
  const sentence = words ? `${words.title} ${words.text}`.trim() : '';
  const apply = () => {
    if (typed.trim() !== '' && !isWorking) void change(typed.trim());
  };
  return (
    <div ref={place} className={styles.code}>
      {promoCode !== null ? (
        <div className={styles.line}>
          <span className={styles.name}>
            <span className="quiet">{texts.label}</span>
            <Badge tone="ok">
              <Tag size={15} aria-hidden="true" />
              {promoCode}
            </Badge>
            {!isLocked && (
              <button
                type="button"
                className={styles.remove}
                aria-label={texts.removeLabel(promoCode)}
                onClick={() => void change(null)}
              >
                {texts.remove}
              </button>
            )}
          </span>
          <span className={styles.off}>{money(-discount, hold.currency)}</span>
        </div>
      ) : isOpen ? (
        <div className={styles.form}>
          <Field
            label={texts.label}
            autoComplete="off"
            autoCapitalize="characters"
            maxLength={50}
            readOnly={isLocked}
            value={typed}
            error={sentence ? { sentence } : undefined}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => {
              // Enter in here is for the code, never for the payment.
              if (event.key !== 'Enter') return;
              event.preventDefault();
              apply();
            }}
          />
          <Button working={isWorking} disabled={isLocked} onClick={apply}>
            {texts.apply}
          </Button>
        </div>
      ) : (
        !isLocked && (
          <button type="button" className={styles.remove} onClick={() => setOpen(true)}>
            {texts.open}
          </button>
        )
      )}
      {promoCode !== null && sentence && <p className={styles.fault}>{sentence}</p>}
      <span className="spoken" role="status">
        {said}
      </span>
    </div>
  );
}

import { CreditCard, Lock } from 'lucide-react';
import { classes } from '../parts/classes.ts';
import { Field, type FieldError } from '../parts/field/field.tsx';
import { textsOf } from '../texts/texts.ts';
import styles from './card-form.module.css';
import { expiryFault, formatExpiry, formatNumber, isCardNumber, testCards, tokenOf } from './test-cards.ts';

/** What stands in the card form. It lives in the page's memory only. */
export interface TypedCard {
  readonly number: string;
  readonly expiry: string;
  readonly code: string;
}
export const noCard: TypedCard = { number: '', expiry: '', code: '' };

export type CardField = keyof TypedCard;

/** What is wrong with each field of a card, and how to mend it. */
export function cardErrors(
  card: TypedCard,
  change: (change: Partial<TypedCard>) => void,
): Partial<Record<CardField, FieldError>> {
  const texts = textsOf('pay').means;
  const useTestCard = { label: texts.useTestCard, apply: () => change(filled(testCards[0]!.number)) };
  const errors: Partial<Record<CardField, FieldError>> = {};
  if (card.number.trim() === '') errors.number = { sentence: texts.numberMissing };
  else if (tokenOf(card.number) === undefined) {
    const sentence = isCardNumber(card.number) ? texts.numberForeign : texts.numberWrong;
    errors.number = { sentence, repair: useTestCard };
  }
  const expiry = expiryFault(card.expiry, new Date());
  if (expiry) errors.expiry = { sentence: texts.expiryFaults[expiry] };
  if (!/^\d{3,4}$/.test(card.code)) errors.code = { sentence: texts.codeWrong };
  return errors;
}

/** A test card as it would be typed. */
function filled(number: string): TypedCard {
  return { number, expiry: `12 / ${String((new Date().getFullYear() + 3) % 100).padStart(2, '0')}`, code: '123' };
}

/** The sandbox's card form: filled in as a real one, with the cards that it takes beneath. */
export function CardForm({
  card,
  change,
  errors,
  onLeave,
  isLocked,
}: {
  readonly card: TypedCard;
  change(change: Partial<TypedCard>): void;
  readonly errors: Partial<Record<CardField, FieldError>>;
  onLeave(field: CardField): void;
  readonly isLocked: boolean;
}) {
  const { means: texts, demo } = textsOf('pay');
  const common = { readOnly: isLocked, inputMode: 'numeric', autoComplete: 'off', required: true } as const;
  return (
    <div className={styles.form}>
      <p className={styles.head}>
        <span>{texts.card}</span>
        <CreditCard size={20} aria-hidden="true" />
      </p>
      <div className={styles.number}>
        <Field
          {...common}
          id="card-number"
          label={texts.number}
          placeholder={texts.numberPlaceholder}
          value={card.number}
          error={errors.number}
          onChange={({ target }) => change({ number: formatNumber(target.value) })}
          onBlur={() => onLeave('number')}
        />
        <Lock size={18} aria-hidden="true" />
      </div>
      <div className={styles.two}>
        <Field
          {...common}
          id="card-expiry"
          label={texts.expiry}
          placeholder={texts.expiryPlaceholder}
          value={card.expiry}
          error={errors.expiry}
          onChange={({ target }) => change({ expiry: formatExpiry(target.value, card.expiry) })}
          onBlur={() => onLeave('expiry')}
        />
        <Field
          {...common}
          id="card-code"
          label={texts.code}
          placeholder={texts.codePlaceholder}
          maxLength={4}
          value={card.code}
          error={errors.code}
          onChange={({ target }) => change({ code: target.value.replace(/\D/g, '') })}
          onBlur={() => onLeave('code')}
        />
      </div>
      <div className={styles.demo}>
        <h3 className={styles.demoTitle}>{demo.title}</h3>
        <p className="small quiet">{demo.text}</p>
        <ul className={styles.cards}>
          {testCards.map(({ token, number }) => (
            <li key={token}>
              <button
                type="button"
                className={styles.use}
                aria-label={`${demo.useCard(number)}: ${demo.cards[token]}`}
                aria-disabled={isLocked || undefined}
                onClick={() => !isLocked && change(filled(number))}
              >
                <span className={classes(styles.digits, 'numeric')}>{number}</span>
                <span className="quiet">{demo.cards[token]}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

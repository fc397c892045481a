import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { Button } from '../parts/button/button.tsx';
import { Field } from '../parts/field/field.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './contact-steps.module.css';
import { placeOf } from './places.ts';
import { Step } from './step.tsx';
import { type Form, fieldIds } from './use-form.ts';

/** Name and mail address. Guests first: an account is offered, and the hold stays meanwhile. */
export function ContactStep({
  number,
  form,
  reservationId,
  isLocked,
}: {
  readonly number: number;
  readonly form: Form;
  readonly reservationId: string;
  readonly isLocked: boolean;
}) {
  const texts = textsOf('pay').contact;
  const { typed, shown, changeTyped, leave } = form;
  return (
    <Step number={number} title={texts.heading}>
      <div className={styles.two}>
        <Field
          id={fieldIds.name}
          label={texts.name}
          autoComplete="name"
          required
          maxLength={100}
          readOnly={isLocked}
          value={typed.name}
          error={shown[fieldIds.name]}
          onChange={({ target }) => changeTyped({ name: target.value })}
          onBlur={() => leave(fieldIds.name)}
        />
        <Field
          id={fieldIds.email}
          label={texts.email}
          type="email"
          inputMode="email"
          autoComplete="email"
          required
          maxLength={254}
          readOnly={isLocked}
          value={typed.email}
          error={shown[fieldIds.email]}
          onChange={({ target }) => changeTyped({ email: target.value })}
          onBlur={() => leave(fieldIds.email)}
        />
      </div>
      <CompanyFields form={form} isLocked={isLocked} />
      <p className="small quiet">
        {texts.account.before}{' '}
        <a href={`${paths.signIn}?next=${encodeURIComponent(paths.pay(reservationId))}`}>{texts.account.link}</a>{' '}
        {texts.account.after}
      </p>
    </Step>
  );
}

/** Whom the receipt is made out for, where that is a company. */
function CompanyFields({ form, isLocked }: { readonly form: Form; readonly isLocked: boolean }) {
  const texts = textsOf('pay').company;
  const { typed, shown, changeTyped, leave } = form;
  return (
    <>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={typed.isCompany}
          disabled={isLocked}
          onChange={({ target }) => changeTyped({ isCompany: target.checked })}
        />
        <span>{texts.want}</span>
      </label>
      {typed.isCompany && (
        <div className={styles.two}>
          <Field
            id={fieldIds.companyName}
            label={texts.name}
            autoComplete="organization"
            required
            maxLength={200}
            readOnly={isLocked}
            value={typed.companyName}
            error={shown[fieldIds.companyName]}
            onChange={({ target }) => changeTyped({ companyName: target.value })}
            onBlur={() => leave(fieldIds.companyName)}
          />
          <Field
            id={fieldIds.vatId}
            label={texts.vatId}
            hint={texts.vatHint}
            autoComplete="off"
            maxLength={30}
            readOnly={isLocked}
            value={typed.vatId}
            error={shown[fieldIds.vatId]}
            onChange={({ target }) => changeTyped({ vatId: target.value })}
            onBlur={() => leave(fieldIds.vatId)}
          />
        </div>
      )}
    </>
  );
}

/** The name of each visitor, where the organiser asks for them. */
export function VisitorsStep({
  number,
  form,
  hold,
  isLocked,
}: {
  readonly number: number;
  readonly form: Form;
  readonly hold: ReservationAnswer;
  readonly isLocked: boolean;
}) {
  const texts = textsOf('pay').visitors;
  const first = hold.tickets[0]!.ticketId;
  const offersOwn = form.typed.name.trim() !== '' && !form.typed.visitors[first]?.trim() && !isLocked;
  return (
    <Step number={number} title={texts.heading}>
      <p className="small quiet">{texts.hint}</p>
      <div className={styles.two}>
        {hold.tickets.map((ticket, i) => {
          const id = fieldIds.visitor(ticket.ticketId);
          // Places of general admission are distinguished by counting.
          const place = ticket.seat ? placeOf(ticket) : `${ticket.ticketType} ${i + 1}`;
          return (
            <Field
              key={ticket.ticketId}
              id={id}
              label={texts.label(place)}
              autoComplete="off"
              required
              maxLength={100}
              readOnly={isLocked}
              value={form.typed.visitors[ticket.ticketId] ?? ''}
              error={form.shown[id]}
              onChange={({ target }) => form.changeVisitor(ticket.ticketId, target.value)}
              onBlur={() => form.leave(id)}
            />
          );
        })}
      </div>
      {offersOwn && (
        <p>
          <Button size="small" onClick={() => form.changeVisitor(first, form.typed.name.trim())}>
            {texts.allMe}
          </Button>
        </p>
      )}
    </Step>
  );
}

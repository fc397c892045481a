import { useState } from 'react';
import type { PurchaseRequest } from '../../src/contract/booking.ts';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { ApiProblem } from '../api/problem.ts';
import type { FieldError } from '../parts/field/field.tsx';
import { language, textsOf } from '../texts/texts.ts';
import { type CardField, cardErrors, noCard, type TypedCard } from './card-form.tsx';
import { mailFault } from './check-contact.ts';
import { type Typed, useTyped } from './kept.ts';
import { tokenOf } from './test-cards.ts';

/** Ids of fields in the page; errors go by them. */
export const fieldIds = {
  name: 'buyer-name',
  email: 'buyer-email',
  companyName: 'company-name',
  vatId: 'company-vat',
  visitor: (ticketId: string) => `visitor-${ticketId}`,
  card: (field: CardField) => `card-${field}`,
};

export type FieldErrors = Readonly<Record<string, FieldError>>;

/** What the form asks for, beside name and address. */
export interface Asked {
  readonly hold: ReservationAnswer;
  readonly asksVisitors: boolean;
  readonly asksCard: boolean;
}

/**
 * All that is typed in the checkout, and what is wrong with it: an error shows once its field has been left, all of them once the button
 * was pressed; what the server says of a field stands there until it is changed.
 */
export function useForm(asked: Asked, refusal: unknown) {
  const [typed, setTyped] = useTyped();
  const [card, setCard] = useState<TypedCard>(noCard);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [mended, setMended] = useState<ReadonlySet<string>>(new Set());
  const [seen, setSeen] = useState(refusal);
  if (seen !== refusal) {
    setSeen(refusal);
    setMended(new Set());
  }

  const mend = (...ids: readonly string[]) => setMended((before) => new Set([...before, ...ids]));
  const changeTyped = (change: Partial<Typed>) => {
    setTyped(change);
    if ('name' in change) mend(fieldIds.name);
    if ('email' in change) mend(fieldIds.email);
    if ('vatId' in change) mend(fieldIds.vatId);
    if ('companyName' in change) mend(fieldIds.companyName);
  };
  const changeCard = (change: Partial<TypedCard>) => setCard((before) => ({ ...before, ...change }));
  const changeVisitor = (ticketId: string, name: string) => {
    setTyped({ visitors: { ...typed.visitors, [ticketId]: name } });
    mend(fieldIds.visitor(ticketId));
  };

  const wrong: FieldErrors = {
    ...contactErrors(typed, changeTyped),
    ...(typed.isCompany && companyErrors(typed)),
    ...(asked.asksVisitors && visitorErrors(typed, asked.hold)),
    ...(asked.asksCard && byCardField(cardErrors(card, changeCard))),
  };
  const said = serverErrors(refusal, asked.hold);
  const shown: FieldErrors = Object.fromEntries([
    ...Object.entries(said).filter(([id]) => !mended.has(id)),
    ...Object.entries(wrong).filter(([id]) => left.has(id)),
  ]);

  return {
    typed,
    card,
    wrong,
    shown,
    changeTyped,
    changeVisitor,
    changeCard,
    leave: (id: string) => setLeft((before) => new Set([...before, id])),
    showAll: () => setLeft(new Set(Object.keys(wrong))),
    /** The request that pays, if nothing is wrong. */
    toRequest: (consent: PurchaseRequest['consent']): PurchaseRequest => ({
      reservationId: asked.hold.reservationId,
      customerName: typed.name.trim(),
      customerEmail: typed.email.trim(),
      ...(language !== 'pseudo' && { language }),
      ...(consent && { consent }),
      ...(typed.isCompany && { companyName: typed.companyName.trim() }),
      ...(typed.isCompany && typed.vatId.trim() !== '' && { vatId: typed.vatId.trim() }),
      ...(asked.asksVisitors && {
        attendees: asked.hold.tickets.map(({ ticketId }) => ({ ticketId, name: typed.visitors[ticketId]!.trim() })),
      }),
      ...(asked.asksCard && { payment: { provider: 'sandbox', token: tokenOf(card.number)! } }),
    }),
  };
}

export type Form = ReturnType<typeof useForm>;

function contactErrors(typed: Typed, change: (change: Partial<Typed>) => void): FieldErrors {
  const texts = textsOf('pay').contact;
  const errors: Record<string, FieldError> = {};
  if (typed.name.trim() === '') errors[fieldIds.name] = { sentence: texts.nameMissing };
  const fault = mailFault(typed.email);
  if (fault) {
    const { repaired } = fault;
    errors[fieldIds.email] = {
      sentence: texts.mail[fault.fault],
      repair: repaired ? { label: texts.use(repaired), apply: () => change({ email: repaired }) } : undefined,
    };
  }
  return errors;
}

function companyErrors({ companyName, vatId }: Typed): FieldErrors {
  const texts = textsOf('pay').company;
  const errors: Record<string, FieldError> = {};
  if (companyName.trim() === '') errors[fieldIds.companyName] = { sentence: texts.nameMissing };
  // Letters of a country and what follows: the server looks closer.
  if (vatId.trim() !== '' && !/^[A-Z]{2}[0-9A-Z .+*-]{2,27}$/i.test(vatId.trim())) {
    errors[fieldIds.vatId] = { sentence: texts.vatWrong };
  }
  return errors;
}

function visitorErrors(typed: Typed, hold: ReservationAnswer): FieldErrors {
  const sentence = textsOf('pay').visitors.missing;
  const unnamed = hold.tickets.filter(({ ticketId }) => !typed.visitors[ticketId]?.trim());
  return Object.fromEntries(unnamed.map(({ ticketId }) => [fieldIds.visitor(ticketId), { sentence }]));
}

function byCardField(errors: Partial<Record<CardField, FieldError>>): FieldErrors {
  return Object.fromEntries(Object.entries(errors).map(([field, error]) => [fieldIds.card(field as CardField), error]));
}

/** What the server says of fields, at the fields: it names them by pointers into the request. */
function serverErrors(refusal: unknown, hold: ReservationAnswer): FieldErrors {
  if (!(refusal instanceof ApiProblem)) return {};
  const { contact, visitors } = textsOf('pay');
  if (refusal.code === 'MAIL_OR_ACCOUNT_NEEDED') return { [fieldIds.email]: { sentence: contact.mail.missing } };
  const unnamed = refusal.facts('ATTENDEE_NAMES_NEEDED');
  if (unnamed) {
    return Object.fromEntries(unnamed.ids.map((id) => [fieldIds.visitor(id), { sentence: visitors.missing }]));
  }
  const errors = (refusal.body.errors ?? []).map(({ field }) => [idOf(field, hold), { sentence: contact.refused }]);
  return Object.fromEntries(errors.filter(([id]) => id !== undefined));
}

function idOf(pointer: string, hold: ReservationAnswer): string | undefined {
  if (/name$/i.test(pointer) && pointer.startsWith('/customer')) return fieldIds.name;
  if (/email$/i.test(pointer)) return fieldIds.email;
  if (/vatId$/.test(pointer)) return fieldIds.vatId;
  if (/companyName$/.test(pointer)) return fieldIds.companyName;
  const index = /^\/attendees\/(\d+)/.exec(pointer)?.[1];
  const ticket = index === undefined ? undefined : hold.tickets[Number(index)];
  return ticket && fieldIds.visitor(ticket.ticketId);
}

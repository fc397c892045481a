import type { bookingProblems } from '../booking.ts';
import type { WordsOf } from './kind.ts';

const bookingStates: Readonly<Record<string, string>> = {
  awaiting_payment: 'Sie wartet auf ihre Zahlung.',
  failed: 'Ihre Zahlung kam nicht zustande.',
  needs_review: 'Wir sehen uns die Zahlung an.',
  cancelled: 'Sie ist storniert.',
};

export const bookingWords: WordsOf<typeof bookingProblems> = {
  ATTENDEE_NAMES_NEEDED: {
    title: 'Jede Karte braucht den Namen ihres Besuchers',
    detail: () => 'Senden Sie attendees [{ticketId, name}], einen für jede Karte.',
  },
  CONTACT_CORRECTED_OFTEN: {
    title: 'Die Mailadresse dieser Bestellung wurde zu oft berichtigt',
    detail: ({ max }) => `Das geht ${max}-mal. Schreiben Sie dem Veranstalter.`,
  },
  CONTACT_OF_ACCOUNT: {
    title: 'Diese Bestellung gehört zu einem Konto',
    detail: () => 'Melden Sie sich damit an, um Namen oder Mailadresse zu berichtigen.',
  },
  LEGAL_VERSION_UNKNOWN: {
    title: 'Diese Fassung seiner Bedingungen oder Datenschutzseite hat der Veranstalter nicht',
    detail: () => 'Lesen Sie sie neu: GET /api/organizers/{slug}/legal.',
  },
  ORDER_LINK_UNKNOWN: { title: 'Dieser Link öffnet keine Bestellung', detail: () => 'Vielleicht ist er zu alt.' },
  BOOKING_NOT_PAID: {
    title: 'Die Buchung ist nicht bezahlt',
    detail: ({ status }) => bookingStates[status] ?? `Ihr Stand: ${status}.`,
  },
  BOOKING_UNKNOWN: { title: 'Diese Buchung gibt es nicht' },
  BOOKING_VERSION_MISMATCH: {
    title: 'Die Buchung hat sich inzwischen geändert',
    detail: ({ version }) => `Sie ist jetzt bei Version ${version}.`,
  },
  CANCELLATION_BREAKS_RATE: {
    title: 'Andere Karten gibt es nur zusammen mit dieser',
    detail: ({ tickets }) =>
      `Geben Sie zuerst diese zurück, oder die ganze Buchung: ${tickets
        .map(({ ticketType, rate }) => `${ticketType} (${rate})`)
        .join(', ')}.`,
  },
  CANCELLATION_NOT_ALLOWED: { title: 'Karten dieser Veranstaltung können nicht zurückgegeben werden' },
  CANCELLATION_TOO_LATE: {
    title: 'Für eine Stornierung ist es zu spät',
    detail: ({ deadline }) => `Das war möglich bis ${deadline}.`,
  },
  PRESS_BUSY: {
    title: 'Gerade werden zu viele Karten gedruckt',
    detail: ({ retryAfterSeconds }) => `Versuchen Sie es in ${retryAfterSeconds} Sekunden noch einmal.`,
  },
  PICTURE_BUSY: {
    title: 'Gerade werden zu viele Bilder gezeichnet',
    detail: ({ retryAfterSeconds }) => `Versuchen Sie es in ${retryAfterSeconds} Sekunden noch einmal.`,
  },
  TICKETS_NONE: {
    title: 'Es gibt keine Karte für den Eingang',
    detail: ({ status }) => bookingStates[status] ?? `Ihr Stand: ${status}.`,
  },
  REFUND_NOT_MADE: { title: 'Diese Erstattung ist gescheitert: durch sie kam nichts zurück' },
  REFUND_UNKNOWN: { title: 'Diese Buchung hat keine solche Erstattung' },
  TICKET_NOT_BOOKED: { title: 'Diese Karte gehört zu keiner Buchung' },
  AMOUNT_NOT_PAYABLE: {
    title: 'Der Zahlungsanbieter kann diesen Betrag nicht genau abbuchen',
    detail: ({ currency }) => `In ${currency} rechnet er in anderen Schritten. Wählen Sie eine andere Zahlungsart.`,
  },
  PAYMENT_DECLINED: {
    title: 'Die Zahlung wurde abgelehnt',
    detail: ({ expiresAt, attemptsLeft }) =>
      `Ihre Karten bleiben bis ${expiresAt} vorgemerkt. ` +
      (attemptsLeft === 0
        ? 'Mit einer weiteren Karte kann es dafür nicht versucht werden.'
        : 'Versuchen Sie es mit einer anderen Karte.'),
  },
  PAYMENT_MISSING: {
    title: 'Diese Buchung kostet Geld',
    detail: () => 'Senden Sie payment {provider, token} oder paymentReference.',
  },
  PAYMENT_NOT_CAPTURED: {
    title: 'Mit dieser Zahlung wurde kein Geld eingenommen',
    detail: ({ state }) => `Ihr Stand: ${state}.`,
  },
  PAYMENT_NOT_FOUND: { title: 'Diese Zahlung gibt es nicht' },
  PAYMENT_PROVIDER_DOWN: {
    title: 'Der Zahlungsanbieter ist gerade nicht erreichbar',
    detail: ({ expiresAt }) =>
      `Es wurde nichts abgebucht. Ihre Karten bleiben bis ${expiresAt} vorgemerkt. Versuchen Sie es gleich noch einmal.`,
  },
  PAYMENT_PROVIDER_OFF: { title: 'Dieser Zahlungsanbieter ist hier abgeschaltet' },
  PAYMENT_PROVIDER_UNKNOWN: { title: 'Diesen Zahlungsanbieter gibt es hier nicht' },
  PAYMENT_REFERENCE_USED: { title: 'Mit dieser Zahlungsreferenz wurde eine andere Buchung bezahlt' },
  PAYMENT_TOKEN_UNKNOWN: { title: 'Der Zahlungsanbieter kennt dieses Token nicht' },
  PAYMENT_UNCLEAR: {
    title: 'Sagen Sie auf eine Weise, wie gezahlt wird',
    detail: () => 'Senden Sie eines von payment, paymentDetails und paymentReference.',
  },
  REFUND_TOO_MUCH: {
    title: 'Mehr, als von dieser Zahlung übrig ist',
    detail: ({ left, currency }) => `${left} ${currency} können noch zurückgegeben werden.`,
  },
  REFUND_REPEATED: {
    title: 'Derselbe Betrag dieser Zahlung wurde vor weniger als einer Minute zurückgegeben',
    detail: () => 'Wenn das so gemeint ist, senden Sie `confirm: true` oder einen Idempotency-Key.',
  },
  REFUND_KEEPS_TICKETS: { title: 'Nur wenn alles zurückgeht, was übrig ist, werden die Karten storniert' },
  REVIEW_NOT_FOUND: { title: 'Diese offene Prüfung gibt es nicht' },
  TOO_MANY_DECLINES: {
    title: 'Zu viele abgelehnte Karten',
    detail: ({ retryAfterSeconds, expiresAt }) =>
      `Versuchen Sie es in ${retryAfterSeconds} Sekunden noch einmal. Ihre Karten bleiben bis ${expiresAt} vorgemerkt.`,
  },
  WEBHOOK_SIGNATURE_INVALID: { title: 'Die Signatur des Webhooks gilt nicht oder ist zu alt' },
};

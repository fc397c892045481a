import type { inventoryProblems } from '../inventory.ts';
import type { WordsOf } from './kind.ts';

export const inventoryWords: WordsOf<typeof inventoryProblems> = {
  ALREADY_RENEWED: { title: 'Eine Vormerkung kann nur einmal verlängert werden' },
  EVENT_NOT_ON_SALE: { title: 'Diese Veranstaltung ist jetzt nicht im Verkauf' },
  HOLD_LIMIT_PER_CUSTOMER: {
    title: 'Mehr Karten, als ein Kunde gleichzeitig vormerken darf',
    detail: ({ limit, held }) =>
      `Die Grenze ist ${limit}; ${held} sind gerade für Sie vorgemerkt. Kaufen Sie diese oder geben Sie welche frei.`,
  },
  HOLD_LIMIT_PER_NETWORK: {
    title: 'Mehr Karten, als aus einem Netz gleichzeitig vorgemerkt sein dürfen',
    detail: ({ limit, held }) =>
      `Die Grenze ist ${limit}; ${held} sind gerade aus Ihrem vorgemerkt. Melden Sie sich mit einem Konto an, oder versuchen Sie es noch einmal, wenn welche gekauft oder frei sind.`,
  },
  IDEMPOTENCY_IN_FLIGHT: {
    title: 'Die erste Anfrage mit diesem Schlüssel läuft noch',
    detail: () => 'Fragen Sie gleich noch einmal.',
  },
  IDEMPOTENCY_KEYS_DIFFER: { title: 'Idempotency-Key und idempotencyKey im Inhalt sind verschieden' },
  IDEMPOTENCY_KEY_INVALID: { title: 'Der Idempotency-Key muss 1 bis 200 druckbare Zeichen haben' },
  IDEMPOTENCY_KEY_REUSED: { title: 'Dieser Idempotency-Key wurde für eine andere Anfrage benutzt' },
  IDEMPOTENCY_KEY_WEAK: {
    title: 'Der Schlüssel einer ersten Anfrage muss zufällig sein',
    detail: ({ lengthMin }) =>
      `Ziehen Sie mindestens ${lengthMin} Zeichen (eine UUID genügt), oder benutzen Sie eine Gastsitzung.`,
  },
  LIMIT_PER_CUSTOMER: {
    title: 'Mehr Karten, als ein Kunde haben darf',
    detail: ({ limit, already }) => `Die Grenze ist ${limit}; Sie haben ${already}.`,
  },
  LIMIT_PER_RESERVATION: {
    title: 'Mehr Karten, als eine Vormerkung haben darf',
    detail: ({ limit }) => `Die Grenze ist ${limit}.`,
  },
  MAIL_OR_ACCOUNT_NEEDED: {
    title: 'Dieser Kauf braucht eine Mailadresse oder ein Konto',
    detail: () => 'Es gibt eine Grenze je Kunde: senden Sie customerEmail mit dem Kauf, oder melden Sie sich an.',
  },
  NOT_ENOUGH_TICKETS: {
    title: 'Es sind nicht genug Karten frei',
    detail: ({ available, held, nextExpiryAt }) => {
      const may = nextExpiryAt === null ? '' : `; die nächsten werden vielleicht um ${nextExpiryAt} frei`;
      return `${available} jetzt frei, ${held} vorgemerkt${may}.`;
    },
  },
  RATE_UNKNOWN: {
    title: 'Diese Kartenart hat keinen solchen Tarif',
    detail: ({ rate }) => `Es gibt keinen Tarif „${rate}“.`,
  },
  RESERVATION_EXPIRED: { title: 'Diese Vormerkung ist abgelaufen' },
  RESERVATION_IN_PAYMENT: { title: 'Für diese Vormerkung läuft gerade eine Zahlung' },
  RESERVATION_UNKNOWN: { title: 'Diese Vormerkung gibt es nicht' },
  SEAT_MAP_UNKNOWN: { title: 'Unter dieser Adresse gibt es keinen Saalplan' },
  SEATS_TAKEN: { title: 'Einige dieser Karten sind nicht mehr frei' },
  SELECTION_UNCLEAR: {
    title: 'Sagen Sie auf eine Weise, was vorgemerkt werden soll',
    detail: () => 'Senden Sie entweder quantity (mit ticketTypeId), items, ticketIds oder seatGuids.',
  },
  SOLD_OUT: { title: 'Ausverkauft' },
  TICKET_TYPE_NEEDED: {
    title: 'Diese Veranstaltung hat mehrere Kartenarten',
    detail: () => 'Nennen Sie eine als ticketTypeId.',
  },
  TICKET_TYPE_NOT_ON_SALE: { title: 'Diese Kartenart ist jetzt nicht im Verkauf' },
  TICKET_TYPE_UNKNOWN: { title: 'Die Veranstaltung hat diese Kartenart nicht' },
  TICKET_UNKNOWN: { title: 'Die Veranstaltung hat diese Karte nicht' },
  TOO_MANY_ATTEMPTS: {
    title: 'Für diese Vormerkung wurde zu oft versucht zu zahlen',
    detail: ({ limit }) => `Höchstens ${limit}-mal.`,
  },
  EVENT_NOT_PUBLISHED: {
    title: 'Die Veranstaltung ist nicht veröffentlicht',
    detail: () => 'Mit der Veröffentlichung entstehen ihre Karten.',
  },
  GUESTS_REFUSED: {
    title: 'Für diese Veranstaltung kaufen nur Konten',
    detail: () =>
      'Melden Sie sich an (POST /api/auth/login) oder registrieren Sie sich, und fragen Sie mit dem Zugriffstoken noch einmal. ' +
      'Was vorgemerkt ist, bleibt es so lange: senden Sie auch das Token seiner Sitzung.',
  },
  HOLD_NOT_WHOLE: {
    title: 'Eine Vormerkung endet als Ganzes',
    detail: () => 'Nennen Sie alle ihre Karten (ids sind die fehlenden), oder geben Sie ihre Vormerkung frei.',
  },
  PLACES_UNCLEAR: { title: 'Senden Sie entweder ticketIds oder seatGuids' },
  TICKET_IN_PAYMENT: {
    title: 'Für diese Karte läuft gerade eine Zahlung',
    detail: () => 'Die Zahlung entscheidet, was aus ihr wird.',
  },
  TICKET_MOVE_FORBIDDEN: {
    title: 'Dorthin kann die Karte nicht wechseln',
    detail: ({ currentStatus, requested, allowed }) => moveForbidden(currentStatus, requested, allowed),
  },
  TICKET_NOT_FOUND: { title: 'Diese Karte gibt es nicht' },
  TICKET_VERSION_MISMATCH: {
    title: 'Die Karte hat sich inzwischen geändert',
    detail: ({ version }) => `Sie ist jetzt bei Version ${version}.`,
  },
};

function moveForbidden(status: string, requested: string, allowed: readonly string[]): string {
  const may = allowed.length === 0 ? 'Sie bleibt, wie sie ist.' : `Sie kann ${allowed.join(' oder ')} werden.`;
  return `Von ${status} nach ${requested} ist hier kein Wechsel. ${may}`;
}

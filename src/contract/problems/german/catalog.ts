import type { catalogProblems } from '../catalog.ts';
import type { WordsOf } from './kind.ts';

export const catalogWords: WordsOf<typeof catalogProblems> = {
  IMPORT_UNREADABLE: {
    title: 'In diesem Dokument war nichts lesbar',
    detail: () =>
      'Senden Sie Veranstaltungen von schema.org als JSON-LD, eine gespeicherte Seite, die sie enthält, oder einen Saalplan.',
  },
  PLAN_INVALID: { title: 'Das ist kein gültiger Saalplan' },
  PLAN_IN_USE: {
    title: 'Veranstaltungen benutzen diesen Saalplan',
    detail: ({ events }) =>
      events === 1 ? 'Eine Veranstaltung benutzt ihn.' : `${events} Veranstaltungen benutzen ihn.`,
  },
  PLAN_SUPPLEMENT_INVALID: { title: 'Die Ergänzung passt nicht zu ihrem Saalplan' },
  SEATING_PLAN_NOT_FOUND: { title: 'Diesen Saalplan gibt es nicht' },
  AMOUNT_OUT_OF_RANGE: { title: 'Dieser Betrag ist zu klein oder zu groß' },
  CAPACITY_INVALID: { title: 'Diese Platzzahl ist nicht möglich' },
  CATEGORY_TAKEN: { title: 'Eine Platzkategorie gehört nur zu einer Kartenart' },
  CATEGORY_UNKNOWN: { title: 'Der Saalplan hat diese Kategorie nicht' },
  COORDINATES_INCOMPLETE: { title: 'Breite und Länge gehören zusammen' },
  CURRENCY_UNKNOWN: { title: 'Diese Währung ist unbekannt' },
  DATES_CONTRADICT: { title: 'Die Daten widersprechen einander' },
  EVENT_IN_PAST: { title: 'Die Veranstaltung wäre schon vorbei' },
  FIELD_MISSING: { title: 'Ein Feld fehlt' },
  PERFORMER_UNKNOWN: { title: 'Diese Mitwirkenden gibt es nicht' },
  PRICE_CONTRADICTS: { title: 'Der Preis ist nicht der des ersten Tarifs' },
  RATES_REPEAT: { title: 'Zwei Tarife haben denselben Namen' },
  SEATING_PLAN_UNKNOWN: { title: 'Diesen Saalplan gibt es nicht' },
  SERIES_UNKNOWN: { title: 'Diese Reihe gibt es nicht' },
  TIME_ZONE_UNKNOWN: { title: 'Diese Zeitzone ist unbekannt' },
  TOO_MANY_DECIMALS: { title: 'Die Währung hat weniger Nachkommastellen' },
  VENUE_UNKNOWN: { title: 'Diesen Spielort gibt es nicht' },
  CAPACITY_BELOW_SOLD: {
    title: 'Es sind mehr Plätze vergeben, als diese Platzzahl hat',
    detail: ({ taken, sold, reserved, held }) =>
      `${taken} Plätze sind vergeben: ${sold} verkauft, ${reserved} reserviert, ${held} vorgemerkt.`,
  },
  CATEGORIES_FIXED: { title: 'Die Platzkategorien einer veröffentlichten Kartenart bleiben, wie sie sind' },
  CURRENCY_FIXED: { title: 'Sobald Karten gebucht sind, kann sich die Währung nicht mehr ändern' },
  EVENT_GONE: { title: 'Diese Veranstaltung wurde entfernt' },
  EVENT_INACTIVE: { title: 'Die Veranstaltung ist nicht aktiv', detail: () => 'Aktivieren Sie sie zuerst wieder.' },
  EVENT_NOT_FOUND: { title: 'Diese Veranstaltung gibt es nicht' },
  EVENT_OVER: { title: 'Die Veranstaltung ist vorbei' },
  IN_USE: { title: 'Es wird noch benutzt', detail: ({ usedBy }) => `Es wird benutzt von: ${usedBy}.` },
  NOTHING_TO_SELL: {
    title: 'Die Veranstaltung hat nichts zu verkaufen',
    detail: () => 'Legen Sie zuerst eine Kartenart mit mindestens einem Platz an.',
  },
  PERFORMER_NOT_FOUND: { title: 'Diese Mitwirkenden gibt es nicht' },
  PLAN_FIXED: { title: 'Der Saalplan einer veröffentlichten Veranstaltung bleibt, wie er ist' },
  SERIES_NOT_FOUND: { title: 'Diese Reihe gibt es nicht' },
  STATUS_CHANGE_FORBIDDEN: {
    title: 'So kann sich der Status nicht ändern',
    detail: ({ currentStatus, requested }) => `Von ${currentStatus} nach ${requested}.`,
  },
  TICKETS_CHANGED: {
    title: 'Inzwischen wurden Karten vergeben',
    detail: () => 'Lesen Sie die Verfügbarkeit neu und versuchen Sie es noch einmal.',
  },
  TICKET_TYPE_NOT_FOUND: { title: 'Diese Kartenart gibt es nicht' },
  TOO_MANY_TICKET_TYPES: { title: 'Die Veranstaltung hat so viele Kartenarten, wie sie haben kann' },
  VENUE_NOT_FOUND: { title: 'Diesen Spielort gibt es nicht' },
};

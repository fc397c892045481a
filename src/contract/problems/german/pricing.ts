import type { pricingProblems } from '../pricing.ts';
import type { WordsOf } from './kind.ts';

export const pricingWords: WordsOf<typeof pricingProblems> = {
  ACCESS_CODE_LIMIT: { title: 'Sie haben diesen Zugangscode so oft benutzt, wie man darf' },
  ACCESS_CODE_NOT_APPLICABLE: { title: 'Dieser Zugangscode öffnet keine dieser Kartenarten' },
  ACCESS_CODE_NOT_VALID: { title: 'Dieser Zugangscode gilt jetzt nicht' },
  ACCESS_CODE_UNKNOWN: { title: 'Diesen Zugangscode gibt es für die Veranstaltung nicht' },
  ACCESS_CODE_USED_UP: { title: 'Dieser Zugangscode ist aufgebraucht' },
  ALLOCATION_NOT_FOUND: { title: 'Dieses Kontingent gibt es nicht' },
  ALLOCATION_RELEASED: { title: 'Dieses Kontingent wurde schon freigegeben' },
  ALLOCATION_UNCLEAR: {
    title: 'Sagen Sie auf eine Weise, was zurückgehalten werden soll',
    detail: () => 'Senden Sie ticketIds, seatGuids, oder ticketTypeId mit quantity.',
  },
  CODE_NOT_FOUND: { title: 'Diesen Code gibt es nicht' },
  CODE_INVALID: { title: 'Ein Code hat 2 bis 50 Buchstaben, Ziffern, - und _' },
  CODE_TAKEN: { title: 'Die Veranstaltung hat schon einen solchen Code' },
  DISCOUNT_UNCLEAR: { title: 'Ein Rabattcode nimmt entweder Prozente oder einen Betrag weg' },
  FEE_UNCLEAR: { title: 'Eine Servicegebühr ist ein Betrag je Karte oder ein Prozentsatz' },
  LIMIT_PER_RATE: {
    title: 'Mehr Karten dieses Tarifs, als eine Vormerkung haben darf',
    detail: ({ rate, limit }) => `Höchstens ${limit} von „${rate}“.`,
  },
  PERCENT_INVALID: { title: 'Dieser Prozentsatz ist nicht möglich' },
  PROMO_CODE_LIMIT: {
    title: 'Sie haben diesen Rabattcode so oft benutzt, wie man darf',
    detail: ({ limit }) => `Die Grenze ist ${limit} je Kunde.`,
  },
  PROMO_CODE_NOT_APPLICABLE: { title: 'Dieser Rabattcode gilt für keine dieser Karten' },
  PROMO_CODE_NOT_VALID: { title: 'Dieser Rabattcode gilt jetzt nicht' },
  PROMO_CODE_UNKNOWN: { title: 'Diesen Rabattcode gibt es für die Veranstaltung nicht' },
  PROMO_CODE_USED_UP: {
    title: 'Dieser Rabattcode ist aufgebraucht',
    detail: ({ held }) =>
      held > 0 ? `${held} Einlösungen stecken in Vormerkungen und werden vielleicht wieder frei.` : '',
  },
  RATE_NEEDS_ITSELF: { title: 'Ein Tarif kann nicht sich selbst voraussetzen' },
  RATE_NOT_ALONE: {
    title: 'Dieser Tarif braucht einen anderen neben sich',
    detail: ({ rate, onlyWith }) => `„${rate}“ gibt es nur zusammen mit „${onlyWith}“.`,
  },
  TOO_MANY_CODES: { title: 'Die Veranstaltung hat so viele Codes, wie sie haben kann' },
  RELEASE_IN_PAST: { title: 'Der Tag der Freigabe ist vorbei' },
  USES_BELOW_USED: {
    title: 'Der Code wurde schon öfter benutzt',
    detail: ({ uses }) => `Er wurde ${uses}-mal benutzt.`,
  },
  TICKET_TYPE_FOREIGN: { title: 'Die Veranstaltung hat diese Kartenart nicht' },
};

import { clock, date, ownTimeZone, plural } from '../format.ts';
import { type ProblemTexts, type Situation, short, type Words } from '../problem-words.ts';
import type { Texts } from '../texts.ts';
import { staffTexts } from './problems/staff.ts';

const at = (moment: string) => `${date(moment, ownTimeZone(), 'time')} Uhr`;
const onDay = (moment: string) => `${date(moment, ownTimeZone(), 'short')}, ${at(moment)}`;
const minutes = (value: number) => `${value} ${plural(value, { one: 'Minute', other: 'Minuten' })}`;
const wait = (seconds: number) => (seconds < 60 ? `${seconds} Sekunden` : minutes(Math.ceil(seconds / 60)));
const stillHeld = ({ heldMinutes }: Situation, until: string) =>
  heldMinutes === undefined
    ? `Die Plätze sind bis ${at(until)} Ihre.`
    : `Die Plätze sind noch ${minutes(heldMinutes)} lang Ihre.`;
const code = ({ typed }: Situation) => typed?.toUpperCase() ?? 'Dieser Code';

const onUs = ({ traceId }: { readonly traceId?: string }): Words => ({
  title: 'Das liegt an uns.',
  text: `Was Sie eingegeben haben, bleibt erhalten.${traceId ? ` Wenn Sie uns schreiben, nennen Sie ${traceId}.` : ''}`,
});

function declined(failureCode: string): { readonly title: string; readonly advice: string } {
  const again = 'Versuchen Sie es noch einmal, oder nehmen Sie eine andere Karte.';
  switch (failureCode) {
    case 'INSUFFICIENT_FUNDS':
    case 'insufficient_funds':
      return { title: 'Auf dieser Karte ist zu wenig Geld.', advice: 'Nehmen Sie eine andere Karte.' };
    case 'AUTHENTICATION_FAILED':
      return { title: 'Ihre Bank konnte nicht bestätigen, dass Sie es sind.', advice: again };
    case 'CANCELLED_BY_BUYER':
      return { title: 'Sie haben die Zahlung bei Ihrer Bank nicht bestätigt.', advice: again };
    case 'PAYMENT_TIMED_OUT':
      return { title: 'Ihre Bank bekam nicht rechtzeitig Antwort.', advice: again };
    default:
      return {
        title: 'Ihre Bank hat diese Karte abgelehnt.',
        advice: 'Nehmen Sie eine andere Karte, oder fragen Sie Ihre Bank, ob Zahlungen im Internet erlaubt sind.',
      };
  }
}

const codes: ProblemTexts = {
  ...staffTexts,
  // Bezahlen
  PAYMENT_DECLINED: (facts, situation) => {
    const { title, advice } = declined(facts.failureCode);
    const { attemptsLeft } = facts;
    const tries =
      attemptsLeft === undefined
        ? ''
        : attemptsLeft === 0
          ? ' Für diese Bestellung kann keine andere Karte mehr versucht werden: Wählen Sie die Plätze neu.'
          : ` ${attemptsLeft} ${plural(attemptsLeft, { one: 'Versuch bleibt', other: 'Versuche bleiben' })}.`;
    return {
      title: `${title} Es ist kein Geld geflossen.`,
      text: `${stillHeld(situation, facts.expiresAt)}${attemptsLeft === 0 ? '' : ` ${advice}`}${tries}`,
    };
  },
  TOO_MANY_DECLINES: ({ retryAfterSeconds }, { heldMinutes }) => ({
    title: 'Zu viele Karten wurden abgelehnt. Es ist kein Geld geflossen.',
    text: `Warten Sie zur Sicherheit ${wait(retryAfterSeconds)}.${heldMinutes === undefined ? '' : ` Ihre Plätze bleiben noch ${minutes(heldMinutes)} lang gehalten.`}`,
  }),
  TOO_MANY_ATTEMPTS: ({ limit }) => ({
    title: 'Diese Bestellung wurde zu oft versucht. Es ist kein Geld geflossen.',
    text: `Nach ${limit} Zahlungen, die nicht gelangen, hören wir auf. Wählen Sie die Plätze neu, und beginnen Sie von vorn.`,
  }),
  PAYMENT_PROVIDER_DOWN: ({ expiresAt }) => ({
    title: 'Der Zahlungsdienst antwortet nicht. Es wurde nichts abgebucht.',
    text: `Ihre Plätze bleiben bis ${at(expiresAt)} gehalten; wir versuchen es wieder, wenn Sie drücken.`,
  }),
  PAYMENT_PROVIDER_OFF: {
    title: 'So kann man hier nicht bezahlen. Es wurde nichts abgebucht.',
    text: 'Laden Sie die Seite neu, um die Zahlungsarten zu sehen.',
  },
  PAYMENT_PROVIDER_UNKNOWN: { title: 'So kann man hier nicht bezahlen. Es wurde nichts abgebucht.', text: '' },
  PAYMENT_MISSING: {
    title: 'Diese Bestellung kostet Geld.',
    text: 'Wählen Sie, wie Sie bezahlen. Es wurde nichts abgebucht.',
  },
  PAYMENT_TOKEN_UNKNOWN: {
    title: 'Der Zahlungsdienst kennt diese Karte nicht. Es wurde nichts abgebucht.',
    text: 'Prüfen Sie die Nummer, oder nehmen Sie eine andere Karte.',
  },
  PAYMENT_UNCLEAR: {
    title: 'Es ist unklar, wie Sie bezahlen möchten. Es wurde nichts abgebucht.',
    text: 'Wählen Sie noch einmal.',
  },
  AMOUNT_NOT_PAYABLE: ({ currency }) => ({
    title: 'Dieser Betrag kann nicht von einer Karte abgebucht werden. Es wurde nichts abgebucht.',
    text: `In ${currency} rechnet der Zahlungsdienst in anderen Schritten. Wählen Sie eine andere Zahlungsart.`,
  }),
  ATTENDEE_NAMES_NEEDED: {
    title: 'Jede Karte braucht den Namen der Person, die kommt.',
    text: 'Es wurde nichts abgebucht. Ergänzen Sie die fehlenden Namen.',
  },
  MAIL_OR_ACCOUNT_NEEDED: {
    title: 'Diese Veranstaltung braucht Ihre Mailadresse.',
    text: 'Es gibt eine Grenze je Person. Es wurde nichts abgebucht: Ergänzen Sie die Adresse, und drücken Sie noch einmal.',
  },
  GUESTS_REFUSED: {
    title: 'Diese Veranstaltung wird nur an Konten verkauft.',
    text: 'Melden Sie sich an oder registrieren Sie sich; Ihre Plätze bleiben so lange gehalten. Es wurde nichts abgebucht.',
  },
  CONTACT_CORRECTED_OFTEN: ({ max }) => ({
    title: 'Die Mailadresse wurde zu oft berichtigt.',
    text: `Das geht ${max}-mal. Schreiben Sie dem Veranstalter.`,
  }),
  CONTACT_OF_ACCOUNT: {
    title: 'Diese Bestellung gehört zu einem Konto.',
    text: 'Melden Sie sich damit an, um Namen oder Mailadresse zu berichtigen.',
  },
  LEGAL_VERSION_UNKNOWN: {
    title: 'Die Bedingungen haben sich inzwischen geändert. Es wurde nichts abgebucht.',
    text: 'Lesen Sie sie, und drücken Sie noch einmal.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    title: 'Diese Zahlung läuft gerade.',
    text: 'Wir fragen von selbst wieder. Nichts wird zweimal abgebucht.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'Dieser Versuch gehörte zu einer anderen Bestellung.',
    text: 'Es wurde nichts Neues abgebucht. Drücken Sie noch einmal.',
  },
  IDEMPOTENCY_KEYS_DIFFER: onUs({}),
  IDEMPOTENCY_KEY_INVALID: onUs({}),
  IDEMPOTENCY_KEY_WEAK: onUs({}),
  BOOKING_NOT_PAID: { title: 'Diese Bestellung ist nicht bezahlt.', text: 'Es ist kein Geld geflossen.' },

  // Gehaltene Plätze
  RESERVATION_EXPIRED: {
    title: 'Ihre Zeit ist um. Es ist kein Geld geflossen.',
    text: 'Die Plätze sind wieder im Verkauf. Was Sie eingegeben haben, bleibt erhalten.',
  },
  RESERVATION_UNKNOWN: {
    title: 'Hier werden keine Plätze für Sie gehalten.',
    text: 'Sie wurden freigegeben, oder in einem anderen Browser gehalten. Es ist kein Geld geflossen.',
  },
  RESERVATION_IN_PAYMENT: {
    title: 'Diese Plätze werden gerade bezahlt.',
    text: 'Vielleicht in einem anderen Tab. Wir fragen, wie es ausgeht; nichts wird zweimal abgebucht.',
  },
  ALREADY_RENEWED: {
    title: 'Mehr Zeit gibt es einmal, und Sie haben sie genommen.',
    text: 'Die Plätze bleiben Ihre, bis die Uhr bei null ist.',
  },
  SEATS_TAKEN: {
    title: 'Jemand war schneller. Es ist kein Geld geflossen.',
    text: 'Nicht alle dieser Plätze sind noch frei. Wählen Sie andere.',
  },
  NOT_ENOUGH_TICKETS: ({ available, held, nextExpiryAt }) => ({
    title:
      available === 0
        ? `Im Augenblick ist nichts frei${held > 0 ? `, ${held} werden von anderen gehalten` : ''}.`
        : `Im Augenblick ${plural(available, { one: 'ist', other: 'sind' })} nur ${available} frei.`,
    text:
      held === 0
        ? 'Nehmen Sie weniger, oder wählen Sie andere.'
        : `Nicht ausverkauft: Es wird gerade bezahlt.${nextExpiryAt === null ? '' : ` Der nächste Platz kommt vielleicht in ${clock((Date.parse(nextExpiryAt) - Date.now()) / 1000)} zurück.`}`,
  }),
  SOLD_OUT: { title: 'Ausverkauft.', text: 'Alle Plätze sind bezahlt.' },
  LIMIT_PER_CUSTOMER: ({ limit, already }) => ({
    title: `${limit} ist das Höchste für eine Person.`,
    text:
      already >= limit
        ? `Sie haben ${already}, mehr sind nicht möglich.`
        : already > 0
          ? `Sie haben ${already}, also ${plural(limit - already, { one: 'ist', other: 'sind' })} noch ${limit - already} möglich.`
          : 'Nehmen Sie weniger.',
  }),
  LIMIT_PER_RESERVATION: ({ limit }) => ({
    title: `${limit} ist das Höchste für eine Bestellung.`,
    text: 'Nehmen Sie weniger.',
  }),
  LIMIT_PER_RATE: ({ rate, limit }) => ({
    title: `Höchstens ${limit} von „${rate}“ in einer Bestellung.`,
    text: 'Nehmen Sie für den Rest eine andere Preisstufe.',
  }),
  RATE_NOT_ALONE: ({ rate, onlyWith }) => ({
    title: `„${rate}“ gibt es nur zusammen mit „${onlyWith}“.`,
    text: `Nehmen Sie eine Karte „${onlyWith}“ dazu.`,
  }),
  RATE_UNKNOWN: ({ rate }) => ({
    title: `Die Preisstufe „${rate}“ gibt es nicht mehr.`,
    text: 'Wählen Sie eine andere.',
  }),
  HOLD_LIMIT_PER_CUSTOMER: ({ limit, held }) => ({
    title: `Höchstens ${limit} Plätze kann man zugleich halten.`,
    text: `Sie halten ${held}. Bezahlen Sie sie, oder geben Sie erst welche frei.`,
  }),
  HOLD_LIMIT_PER_NETWORK: {
    title: 'Aus Ihrem Netz werden zu viele Plätze gehalten.',
    text: 'Melden Sie sich mit einem Konto an, oder versuchen Sie es in einigen Minuten wieder.',
  },
  EVENT_NOT_ON_SALE: ({ reason, opensAt }) =>
    reason === 'not_yet' && opensAt !== null
      ? { title: `Im Verkauf ab ${onDay(opensAt)}.`, text: 'Kommen Sie dann wieder.' }
      : reason === 'over'
        ? { title: 'Der Verkauf ist vorbei.', text: 'Es gibt keine Karten mehr.' }
        : { title: 'Diese Veranstaltung ist jetzt nicht im Verkauf.', text: 'Es ist kein Geld geflossen.' },
  TICKET_TYPE_NOT_ON_SALE: { title: 'Diese Karten sind jetzt nicht im Verkauf.', text: 'Wählen Sie andere.' },
  TICKET_TYPE_UNKNOWN: { title: 'Diese Karten gibt es nicht mehr.', text: 'Wählen Sie andere.' },
  TICKET_TYPE_NEEDED: { title: 'Es gibt mehrere Arten von Karten.', text: 'Wählen Sie eine.' },
  TICKET_UNKNOWN: { title: 'Diese Plätze gibt es nicht mehr.', text: 'Wählen Sie andere.' },
  SELECTION_UNCLEAR: { title: 'Es ist unklar, welche Plätze Sie möchten.', text: 'Wählen Sie noch einmal.' },
  SEAT_MAP_UNKNOWN: { title: 'Hier gibt es keinen Saalplan.', text: '' },

  // Codes
  PROMO_CODE_UNKNOWN: (_facts, situation) => ({
    title: `${code(situation)} ist kein Code dieser Veranstaltung.`,
    text: 'Prüfen Sie, wie er geschrieben ist.',
  }),
  PROMO_CODE_USED_UP: ({ held }, situation) => ({
    title: `${code(situation)} ist aufgebraucht.`,
    text:
      held > 0
        ? `${held} davon ${plural(held, { one: 'liegt in einem Warenkorb und kommt', other: 'liegen in Warenkörben und kommen' })} vielleicht zurück.`
        : '',
  }),
  PROMO_CODE_LIMIT: ({ limit }, situation) => ({
    title: `Sie haben ${code(situation)} so oft benutzt, wie man darf.`,
    text: `${limit}-mal für eine Person.`,
  }),
  PROMO_CODE_NOT_APPLICABLE: (_facts, situation) => ({
    title: `${code(situation)} gilt für keine dieser Karten.`,
    text: '',
  }),
  PROMO_CODE_NOT_VALID: ({ reason, opensAt }, situation) => ({
    title: reason === 'over' ? `${code(situation)} gilt nicht mehr.` : `${code(situation)} gilt noch nicht.`,
    text: opensAt === null ? '' : `Er gilt ab ${onDay(opensAt)}.`,
  }),
  ACCESS_CODE_UNKNOWN: (_facts, situation) => ({
    title: `${code(situation)} ist kein Code dieser Veranstaltung.`,
    text: 'Prüfen Sie, wie er geschrieben ist.',
  }),
  ACCESS_CODE_USED_UP: (_facts, situation) => short(`${code(situation)} ist aufgebraucht.`),
  ACCESS_CODE_LIMIT: (_facts, situation) => short(`Sie haben ${code(situation)} so oft benutzt, wie man darf.`),
  ACCESS_CODE_NOT_APPLICABLE: (_facts, situation) => short(`${code(situation)} öffnet keine dieser Karten.`),
  ACCESS_CODE_NOT_VALID: ({ reason, opensAt }, situation) => ({
    title: reason === 'over' ? `${code(situation)} gilt nicht mehr.` : `${code(situation)} gilt noch nicht.`,
    text: opensAt === null ? '' : `Er gilt ab ${onDay(opensAt)}.`,
  }),
  TOO_MANY_GUESSES: ({ retryAfterSeconds }) => ({
    title: 'Zu viele falsche Versuche.',
    text: `Warten Sie ${wait(retryAfterSeconds)}.`,
  }),

  // Eigene Karten
  ORDER_LINK_UNKNOWN: {
    title: 'Dieser Link öffnet keine Bestellung.',
    text: 'Er ist vielleicht zu alt. Suchen Sie Ihre Bestellung mit Mailadresse und Nummer.',
  },
  BOOKING_UNKNOWN: {
    title: 'So eine Bestellung von Ihnen gibt es nicht.',
    text: 'Melden Sie sich an, oder öffnen Sie den Link in Ihrer Mail.',
  },
  BOOKING_VERSION_MISMATCH: {
    title: 'Diese Bestellung hat sich inzwischen geändert.',
    text: 'Laden Sie die Seite neu, und sehen Sie erst nach.',
  },
  CANCELLATION_BREAKS_RATE: ({ tickets }) => ({
    title: 'Andere Karten gibt es nur zusammen mit dieser.',
    text: `Geben Sie erst diese zurück, oder alle: ${tickets.map(({ ticketType, rate }) => `${ticketType}, ${rate}`).join('; ')}.`,
  }),
  CANCELLATION_NOT_ALLOWED: { title: 'Karten dieser Veranstaltung können nicht zurückgegeben werden.', text: '' },
  CANCELLATION_TOO_LATE: ({ deadline }) => ({
    title: 'Für die Rückgabe ist es zu spät.',
    text: `Das ging bis ${onDay(deadline)}.`,
  }),
  PRESS_BUSY: ({ retryAfterSeconds }) => ({
    title: 'Gerade werden viele Karten gedruckt.',
    text: `Versuchen Sie es in ${wait(retryAfterSeconds)} wieder.`,
  }),
  PICTURE_BUSY: { title: 'Gerade werden viele Bilder gezeichnet.', text: '' },
  TICKETS_NONE: { title: 'In dieser Bestellung ist keine Karte, mit der man hineinkommt.', text: '' },
  TICKET_NOT_BOOKED: { title: 'Diese Karte ist in keiner Bestellung.', text: '' },
  EVENT_GONE: { title: 'Diese Veranstaltung wurde entfernt.', text: 'Suchen Sie nach einer anderen.' },
  EVENT_NOT_FOUND: {
    title: 'Diese Veranstaltung gibt es nicht.',
    text: 'Der Link ist vielleicht alt. Suchen Sie stattdessen nach ihr.',
  },
  EVENT_OVER: { title: 'Diese Veranstaltung ist vorbei.', text: '' },
  TOO_MANY_MAILS: ({ retryAfterSeconds }) => ({
    title: 'Es wurden zu viele Mails verlangt.',
    text: `Versuchen Sie es in ${wait(retryAfterSeconds)} wieder.`,
  }),

  // Konten
  LOGIN_FAILED: {
    title: 'Mailadresse und Passwort passen nicht zusammen.',
    text: 'Prüfen Sie beide, oder setzen Sie ein neues Passwort.',
  },
  LOGIN_NEEDED: { title: 'Sie sind nicht angemeldet.', text: 'Melden Sie sich an, um weiterzumachen.' },
  LOGIN_BUSY: { title: 'Gerade melden sich viele an.', text: 'Versuchen Sie es gleich noch einmal.' },
  MAIL_INVALID: { title: 'Ein Konto kann diese Mailadresse nicht haben.', text: 'Prüfen Sie die Schreibweise.' },
  MAIL_TAKEN: { title: 'Inzwischen hat ein anderes Konto diese Mailadresse.', text: 'Wählen Sie eine andere.' },
  MAIL_TOKEN_INVALID: {
    title: 'Dieser Link wurde benutzt oder ist zu alt.',
    text: 'Lassen Sie sich einen neuen schicken.',
  },
  MAIL_UNVERIFIED: {
    title: 'Ihre Mailadresse ist noch nicht bestätigt.',
    text: 'Folgen Sie dem Link in der Mail, die wir geschickt haben.',
  },
  PASSWORD_COMMON: {
    title: 'Dieses Passwort gehört zu den ersten, die jemand probieren würde.',
    text: 'Mehrere Wörter hintereinander merkt man sich leicht, und sie sind schwer zu erraten.',
  },
  PASSWORD_LONG: { title: 'Dieses Passwort ist zu lang.', text: 'Nehmen Sie ein kürzeres.' },
  PASSWORD_SHORT: ({ lengthMin }) => ({
    title: 'Dieses Passwort ist zu kurz.',
    text: `Mindestens ${lengthMin} Zeichen.`,
  }),
  PASSWORD_WRONG: { title: 'Das ist nicht Ihr Passwort.', text: 'Versuchen Sie es noch einmal.' },
  REFRESH_INVALID: {
    title: 'Sie wurden abgemeldet.',
    text: 'Melden Sie sich wieder an. Was Sie eingegeben haben, bleibt erhalten.',
  },
  REFRESH_REUSED: {
    title: 'Sie wurden zur Sicherheit abgemeldet.',
    text: 'Vielleicht hat jemand Ihre Anmeldung kopiert. Melden Sie sich wieder an.',
  },
  TOKEN_EXPIRED: {
    title: 'Sie wurden abgemeldet.',
    text: 'Melden Sie sich wieder an. Was Sie eingegeben haben, bleibt erhalten.',
  },
  TOKEN_INVALID: {
    title: 'Sie wurden abgemeldet.',
    text: 'Melden Sie sich wieder an. Was Sie eingegeben haben, bleibt erhalten.',
  },
  SECOND_FACTOR_NEEDED: { title: 'Ein Code Ihres zweiten Faktors ist nötig.', text: 'Ihre App zeigt ihn.' },
  SECOND_FACTOR_OFF: { title: 'Der zweite Faktor ist nicht eingeschaltet.', text: '' },
  SECOND_FACTOR_ON: { title: 'Der zweite Faktor ist schon eingeschaltet.', text: '' },
  SECOND_FACTOR_WRONG: {
    title: 'Dieser Code ist falsch oder wurde schon benutzt.',
    text: 'Nehmen Sie den nächsten, den Ihre App zeigt.',
  },
  SECOND_FACTOR_REQUIRED: {
    title: 'Ihre Rolle braucht einen zweiten Faktor.',
    text: 'Melden Sie sich mit seinem Code noch einmal an.',
  },
  SESSION_UNKNOWN: { title: 'Diese Anmeldung gibt es nicht.', text: 'Sie ist schon beendet.' },
  ACCOUNT_NEEDED: { title: 'Dafür ist ein Konto nötig.', text: 'Melden Sie sich an, um weiterzumachen.' },
  ACCOUNT_UNKNOWN: { title: 'Dieses Konto gibt es nicht.', text: '' },
  INVITATION_CLOSED: { title: 'Diese Einladung ist beendet.', text: 'Bitten Sie um eine neue.' },
  INVITATION_NOT_FOUND: { title: 'Diese Einladung gibt es nicht.', text: 'Bitten Sie um eine neue.' },
  INVITATION_OF_OTHERS: {
    title: 'Diese Einladung gilt einer anderen Mailadresse.',
    text: 'Melden Sie sich mit dem Konto dieser Adresse an.',
  },
  ORGANIZER_NOT_FOUND: { title: 'Diesen Veranstalter gibt es nicht.', text: '' },

  // Alle Seiten
  INTERNAL: onUs as () => Words,
  OWNER_CHANGED: {
    title: 'Diese Veranstaltung ist gerade auf einen anderen Server umgezogen. Es wurde nichts abgebucht.',
    text: 'Was Sie eingegeben haben, bleibt erhalten. Versuchen Sie es noch einmal.',
  },
  UNAVAILABLE: {
    title: 'Der Server kann gerade nicht antworten.',
    text: 'Was Sie eingegeben haben, bleibt erhalten. Versuchen Sie es gleich noch einmal.',
  },
  RATE_LIMITED: ({ retryAfterSeconds }) => ({
    title: 'Das war zu viel auf einmal.',
    text: `Versuchen Sie es in ${wait(retryAfterSeconds)} wieder.`,
  }),
  REQUEST_TOO_SLOW: {
    title: 'Ihr Netz ist gerade zu langsam.',
    text: 'Was Sie eingegeben haben, bleibt erhalten. Versuchen Sie es noch einmal.',
  },
  VALIDATION_FAILED: {
    title: 'Etwas ist nicht so geschrieben, wie es sein soll.',
    text: 'Sehen Sie nach, was markiert ist. Es wurde nichts abgebucht.',
  },
  NOT_FOUND: { title: 'Hier ist nichts.', text: 'Der Link ist vielleicht alt.' },
  ORIGIN_FOREIGN: {
    title: 'Das kam von einer fremden Seite.',
    text: 'Öffnen Sie unsere Seite, und versuchen Sie es noch einmal.',
  },
  VERSION_CONFLICT: { title: 'Es wurde zur selben Zeit geändert.', text: 'Versuchen Sie es noch einmal.' },
  VERSION_MISMATCH: {
    title: 'Es hat sich inzwischen geändert.',
    text: 'Laden Sie die Seite neu, und sehen Sie erst nach.',
  },
  BODY_INVALID: onUs({}),
  BODY_TOO_LARGE: { title: 'Das ist zu viel Text.', text: 'Kürzen Sie ihn.' },
  REQUEST_INVALID: onUs({}),
  HEADERS_TOO_LARGE: {
    title: 'Ihr Browser schickt zu viel.',
    text: 'Löschen Sie die Cookies dieser Seite, und versuchen Sie es noch einmal.',
  },
};

export const texts: Texts['problems'] = {
  codes,
  noAnswer: {
    title: 'Der Server antwortet nicht.',
    text: 'Was Sie eingegeben haben, bleibt erhalten. Prüfen Sie Ihr Netz, und versuchen Sie es noch einmal.',
  },
  unknown: onUs,
};

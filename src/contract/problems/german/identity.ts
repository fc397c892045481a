import type { identityProblems } from '../identity.ts';
import type { WordsOf } from './kind.ts';

const again = ({ retryAfterSeconds }: { readonly retryAfterSeconds: number }) =>
  `Versuchen Sie es in ${retryAfterSeconds} Sekunden noch einmal.`;
const logInAgain = () => 'Melden Sie sich noch einmal an.';

const invitationStates: Readonly<Record<string, string>> = {
  accepted: 'Sie wurde angenommen.',
  revoked: 'Sie wurde zurückgezogen.',
  expired: 'Sie ist abgelaufen.',
};

export const identityWords: WordsOf<typeof identityProblems> = {
  INVITATION_CLOSED: {
    title: 'Diese Einladung ist nicht mehr offen',
    detail: ({ state }) => invitationStates[state] ?? `Ihr Stand: ${state}.`,
  },
  INVITATION_NOT_FOUND: { title: 'Diese Einladung gibt es nicht' },
  INVITATION_OF_OTHERS: {
    title: 'Diese Einladung gilt einer anderen Mailadresse',
    detail: () => 'Melden Sie sich mit einem Konto an, das die eingeladene Adresse bestätigt hat.',
  },
  KEY_NOT_FOUND: { title: 'Diesen API-Schlüssel gibt es nicht' },
  LAST_ADMIN: {
    title: 'Ein Veranstalter behält mindestens einen Admin',
    detail: () => 'Machen Sie zuerst jemand anderen zum Admin.',
  },
  MEMBER_NOT_FOUND: { title: 'Dieses Mitglied gibt es nicht' },
  SLUG_NEEDED: { title: 'Aus diesem Namen wird keine Kurzform: senden Sie eine' },
  SLUG_TAKEN: {
    title: 'Ein anderer Veranstalter hat diese Kurzform',
    detail: ({ slug }) => `${slug} ist vergeben.`,
  },
  ACCOUNT_NEEDED: {
    title: 'Dafür wird ein Konto gebraucht',
    detail: () => 'Ein API-Schlüssel kann das nicht.',
  },
  ACCOUNT_UNKNOWN: { title: 'Dieses Konto gibt es nicht' },
  LOGIN_BUSY: { title: 'Gerade werden zu viele Passwörter geprüft', detail: again },
  LOGIN_FAILED: { title: 'Mailadresse und Passwort passen nicht zusammen' },
  LOGIN_NEEDED: {
    title: 'Sie sind nicht angemeldet',
    detail: () => 'Melden Sie sich an und senden Sie Authorization: Bearer <Zugriffstoken>.',
  },
  MAIL_INVALID: {
    title: 'Ein Konto kann diese Mailadresse nicht haben',
    detail: () => 'Der Name vor dem @ muss aus ASCII-Zeichen bestehen, und die Domain eine sein, die Mail empfängt.',
  },
  MAIL_TAKEN: {
    title: 'Inzwischen hat ein anderes Konto diese Mailadresse',
    detail: () => 'Melden Sie sich dort an, oder verlangen Sie eine andere Adresse.',
  },
  MAIL_TOKEN_INVALID: {
    title: 'Dieser Link wurde schon benutzt, ist abgelaufen oder nicht von uns',
    detail: () => 'Lassen Sie sich eine neue Mail schicken.',
  },
  MAIL_UNVERIFIED: {
    title: 'Ihre Mailadresse ist noch nicht bestätigt',
    detail: () => 'Folgen Sie dem Link in der Mail, die wir Ihnen geschickt haben.',
  },
  ORGANIZER_NOT_FOUND: { title: 'Diesen Veranstalter gibt es nicht, oder Sie gehören nicht zu ihm' },
  PASSWORD_COMMON: {
    title: 'Dieses Passwort würde jeder als eines der ersten versuchen',
    detail: () => 'Mehrere Wörter hintereinander sind leicht zu merken und schwer zu erraten.',
  },
  PASSWORD_LONG: {
    title: 'Dieses Passwort ist zu lang',
    detail: ({ bytesMax }) => `Höchstens ${bytesMax} Bytes.`,
  },
  PASSWORD_SHORT: {
    title: 'Dieses Passwort ist zu kurz',
    detail: ({ lengthMin }) => `Mindestens ${lengthMin} Zeichen.`,
  },
  PASSWORD_WRONG: { title: 'Das ist nicht Ihr Passwort' },
  REFRESH_INVALID: { title: 'Dieses Erneuerungstoken ist unbekannt oder abgelaufen', detail: logInAgain },
  REFRESH_REUSED: {
    title: 'Dieses Erneuerungstoken wurde schon einmal benutzt',
    detail: () => 'Vielleicht hat jemand eine Kopie, darum ist die Anmeldung beendet. Melden Sie sich noch einmal an.',
  },
  SECOND_FACTOR_NEEDED: {
    title: 'Es fehlt der Code des zweiten Faktors',
    detail: () => 'Senden Sie ihn als code, zusammen mit Adresse und Passwort.',
  },
  SECOND_FACTOR_OFF: { title: 'Der zweite Faktor ist nicht eingeschaltet' },
  SECOND_FACTOR_ON: { title: 'Der zweite Faktor ist schon eingeschaltet' },
  SECOND_FACTOR_REQUIRED: {
    title: 'Ihre Rolle gilt erst, wenn Sie sich mit zweitem Faktor angemeldet haben',
    detail: () => 'Richten Sie einen ein (POST /api/auth/second-factor), oder melden Sie sich mit seinem Code neu an.',
  },
  SECOND_FACTOR_WRONG: { title: 'Dieser Code ist falsch oder schon benutzt' },
  SESSION_UNKNOWN: { title: 'Diese Anmeldung haben Sie nicht' },
  TOKEN_EXPIRED: { title: 'Dieses Zugriffstoken ist abgelaufen', detail: () => 'Erneuern Sie es.' },
  TOKEN_INVALID: { title: 'Dieses Token gilt nicht', detail: logInAgain },
  TOO_MANY_GUESSES: { title: 'Zu viele falsche Versuche', detail: again },
  TOO_MANY_MAILS: { title: 'Es wurden zu viele Mails verlangt', detail: again },
};

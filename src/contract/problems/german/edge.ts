import type { edgeProblems } from '../edge.ts';
import type { WordsOf } from './kind.ts';

export const edgeWords: WordsOf<typeof edgeProblems> = {
  BODY_INVALID: { title: 'Der Inhalt der Anfrage ist kein gültiges JSON' },
  BODY_TOO_LARGE: { title: 'Der Inhalt der Anfrage ist zu groß' },
  CONTENT_TYPE_UNSUPPORTED: { title: 'Dieser Inhaltstyp wird hier nicht angenommen' },
  CURSOR_INVALID: {
    title: 'Dieser Cursor ist keiner von unseren',
    detail: () => 'Nehmen Sie nextCursor der vorigen Seite unverändert.',
  },
  INTERNAL: { title: 'Bei uns ist etwas schiefgegangen' },
  KEY_MISSING: {
    title: 'Dafür wird ein API-Schlüssel gebraucht',
    detail: () => 'Senden Sie Authorization: Bearer <Schlüssel>.',
  },
  KEY_UNKNOWN: { title: 'Dieser API-Schlüssel ist unbekannt oder widerrufen' },
  LOCKED: {
    title: 'Das ändert gerade jemand anders',
    detail: ({ retryAfterSeconds }) =>
      `Es wurde nichts geändert. Versuchen Sie es in ${retryAfterSeconds} s noch einmal.`,
  },
  METHOD_NOT_ALLOWED: { title: 'Diese Methode ist hier nicht erlaubt' },
  NOT_FOUND: { title: 'Hier gibt es nichts' },
  ORIGIN_FOREIGN: {
    title: 'Eine Anfrage, die nur ein Cookie hat oder einen Socket will, muss von unseren eigenen Seiten kommen',
  },
  OWNER_CHANGED: {
    title: 'Um diese Veranstaltung kümmert sich seit einem Augenblick ein anderer Server',
    detail: () => 'Es wurde nichts geändert und nichts abgebucht. Senden Sie dieselbe Anfrage noch einmal.',
  },
  REQUEST_INVALID: { title: 'Die Anfrage war nicht lesbar' },
  SCOPE_MISSING: {
    title: 'Das dürfen Sie hier nicht',
    detail: ({ scope }) =>
      `Dafür braucht es das Recht ${scope} (beim Veranstalter, den X-Organizer nennt, wenn Sie zu mehreren gehören).`,
  },
  SOCKETS_FULL: {
    title: 'Hier lassen sich gerade keine weiteren Sockets öffnen',
    detail: ({ retryAfterSeconds }) =>
      `Fragen Sie solange ohne und versuchen Sie es in ${retryAfterSeconds} s noch einmal.`,
  },
  TOO_MANY_SOCKETS: {
    title: 'Aus Ihrem Netz sind zu viele Sockets offen',
    detail: ({ limit }) => `Höchstens ${limit} dürfen es sein: Schließen Sie einen oder fragen Sie ohne.`,
  },
  UNAVAILABLE: {
    title: 'Der Dienst kann gerade nicht antworten',
    detail: () => 'Versuchen Sie es gleich noch einmal.',
  },
  UPGRADE_NEEDED: {
    title: 'Diese Adresse nimmt einen WebSocket',
    detail: () => 'Verbinden Sie sich per WebSocket, Version 13.',
  },
  VALIDATION_FAILED: { title: 'Die Anfrage entspricht nicht ihrem Schema' },
  VERSION_CONFLICT: {
    title: 'Jemand anders hat das gleichzeitig geändert',
    detail: () => 'Lesen Sie es neu und versuchen Sie es noch einmal.',
  },
  HEADERS_TOO_LARGE: { title: 'Die Kopfzeilen sind zu groß' },
  RATE_LIMITED: {
    title: 'Zu viele Anfragen',
    detail: ({ retryAfterSeconds }) => `Versuchen Sie es in ${retryAfterSeconds} s noch einmal.`,
  },
  REQUEST_TOO_SLOW: { title: 'Die Anfrage kam nicht rechtzeitig an' },
  VERSION_MISMATCH: {
    title: 'Es hat sich geändert, seit Sie es gelesen haben',
    detail: ({ version }) => `Es ist jetzt bei Version ${version}.`,
  },
};

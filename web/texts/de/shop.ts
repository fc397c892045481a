import type { texts as english } from '../en/shop.ts';

export const texts: typeof english = {
  skip: 'Zum Inhalt',
  home: 'Onsale, alle Veranstaltungen',
  nearMe: 'In der Nähe',
  myTickets: 'Meine Tickets',
  signIn: 'Anmelden',
  account: 'Konto',
  searchShows: 'Veranstaltung suchen',
  toDark: 'Dunkle Ansicht',
  toLight: 'Helle Ansicht',
  language: 'Sprache',
  languages: { en: 'English', de: 'Deutsch' },
  footer: 'In jedem Preis sind alle Gebühren enthalten.',
  apiDocs: 'API',
  loading: 'Lädt',
  form: {
    faults: (count: number) => (count === 1 ? 'Ein Feld stimmt noch nicht.' : `${count} Felder stimmen noch nicht.`),
    show: 'Zeigen',
  },
  tryAgain: 'Noch einmal versuchen',
  back: 'Zurück',
  failed: { title: 'Der Server antwortet nicht.', text: 'Was Sie eingegeben haben, bleibt erhalten.' },
  broken: {
    title: 'Das liegt an uns: Diese Seite ist kaputtgegangen.',
    text: 'Was Sie eingegeben haben, bleibt erhalten. Laden Sie die Seite neu.',
  },
  offline: 'Sie sind offline.',
  notFound: {
    title: 'Unter dieser Adresse gibt es nichts.',
    text: 'Der Link ist vielleicht alt oder hat einen Tippfehler. Suchen Sie stattdessen nach der Veranstaltung.',
    action: 'Alle Veranstaltungen',
  },
  titleOf: (view) => `${view} · Onsale`,
};

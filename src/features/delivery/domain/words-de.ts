import type { PaperWords } from './words.ts';

export const german: PaperWords = {
  locale: 'de-DE',
  part: 'Bereich',
  row: 'Reihe',
  seat: 'Platz',
  ticket: 'Karte',
  doors: 'Einlass',
  begins: 'Beginn',
  dateOpen: 'Verschoben: ein neuer Termin folgt',
  onePerson: 'Eine Person, einmal.',
  order: (number) => `Bestellung ${number}`,
  numberOf: (number, count) => `Karte ${number} von ${count}`,
  orderedOn: (date) => `Bestellt am ${date}`,
  soldBy: 'Verkauft von',
  taxNumber: (number) => `Steuernummer ${number}`,
  keep: 'Wer diesen Code zuerst zeigt, kommt hinein: gib ihn nicht weiter. Auf dem Telefon gilt er so gut wie auf Papier.',
  unprintable: 'Einige Zeichen lassen sich hier nicht drucken. Die Seite deiner Bestellung zeigt sie.',
  tickets: (count) => (count === 1 ? '1 Karte' : `${count} Karten`),
  seatInWords: ({ zone, row, number }) => `${zone}, Reihe ${row}, Platz ${number}`,
};

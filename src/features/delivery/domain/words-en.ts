import type { PaperWords } from './words.ts';

export const english: PaperWords = {
  locale: 'en-GB',
  part: 'Part',
  row: 'Row',
  seat: 'Seat',
  ticket: 'Ticket',
  doors: 'Doors',
  begins: 'Begins',
  dateOpen: 'Postponed: a new date will follow',
  onePerson: 'One person, once.',
  order: (number) => `Order ${number}`,
  numberOf: (number, count) => `Ticket ${number} of ${count}`,
  orderedOn: (date) => `Ordered on ${date}`,
  soldBy: 'Sold by',
  taxNumber: (number) => `Tax number ${number}`,
  keep: 'Whoever shows this code first comes in: keep it to yourself. On a phone it works as well as on paper.',
  unprintable: 'Some characters cannot be printed here. The page of your order shows them.',
  tickets: (count) => (count === 1 ? '1 ticket' : `${count} tickets`),
  seatInWords: ({ zone, row, number }) => `${zone}, row ${row}, seat ${number}`,
};

import type { Language } from '../../../kernel/language.ts';

/** What a receipt says around what was sold, in one language. */
export interface ReceiptWords {
  readonly receipt: (number: string) => string;
  readonly refundReceipt: (number: string) => string;
  readonly void: string;
  readonly taxNumber: (number: string) => string;
  readonly vatId: (id: string) => string;
  readonly to: string;
  readonly issued: string;
  readonly paid: string;
  readonly booking: string;
  readonly show: string;
  readonly reason: string;
  readonly transaction: string;
  readonly whatWasPaid: string;
  readonly whatCameBack: string;
  readonly what: string;
  readonly amount: string;
  readonly total: string;
  readonly ofWhich: (tax: string, net: string) => string;
  readonly discount: string;
  readonly fee: string;
  readonly beside: string;
  /** Between the whole and its parts. */
  readonly decimalPoint: '.' | ',';
}

const english: ReceiptWords = {
  receipt: (number) => `Receipt ${number}`,
  refundReceipt: (number) => `Refund receipt ${number}`,
  void: 'Void: this refund failed, and nothing was given back by it.',
  taxNumber: (number) => `Tax number: ${number}`,
  vatId: (id) => `VAT id: ${id}`,
  to: 'To',
  issued: 'Issued',
  paid: 'Paid',
  booking: 'Booking',
  show: 'Show',
  reason: 'Reason',
  transaction: 'Transaction',
  whatWasPaid: 'What was paid',
  whatCameBack: 'What was given back',
  what: 'For',
  amount: 'Amount',
  total: 'Total',
  ofWhich: (tax, net) => `of which ${tax} on ${net}`,
  discount: 'Discount',
  fee: 'Service fee',
  beside: 'Paid beside this booking',
  decimalPoint: '.',
};

const german: ReceiptWords = {
  receipt: (number) => `Beleg ${number}`,
  refundReceipt: (number) => `Beleg über eine Erstattung ${number}`,
  void: 'Ungültig: diese Erstattung ist gescheitert, und durch sie kam nichts zurück.',
  taxNumber: (number) => `Steuernummer: ${number}`,
  vatId: (id) => `USt-IdNr.: ${id}`,
  to: 'An',
  issued: 'Ausgestellt',
  paid: 'Bezahlt',
  booking: 'Buchung',
  show: 'Veranstaltung',
  reason: 'Grund',
  transaction: 'Transaktion',
  whatWasPaid: 'Was bezahlt wurde',
  whatCameBack: 'Was zurückgegeben wurde',
  what: 'Wofür',
  amount: 'Betrag',
  total: 'Summe',
  ofWhich: (tax, net) => `davon ${tax} auf ${net}`,
  discount: 'Rabatt',
  fee: 'Servicegebühr',
  beside: 'Neben dieser Buchung bezahlt',
  decimalPoint: ',',
};

const words: Readonly<Record<Language, ReceiptWords>> = { en: english, de: german };

export function receiptWords(language: Language): ReceiptWords {
  return words[language];
}

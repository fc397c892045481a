import { plural } from '../format.ts';
import type { Texts } from '../texts.ts';

const minutes = (value: number) => `${value} ${plural(value, { one: 'Minute', other: 'Minuten' })}`;
const tickets = (value: number) => `${value} ${plural(value, { one: 'Karte', other: 'Karten' })}`;

export const texts: Texts['pay'] = {
  title: 'Kasse',
  heading: (count, show) => `${tickets(count)} für ${show} bezahlen`,
  loading: 'Ihre Plätze werden nachgesehen',
  changeSeats: 'Plätze ändern',
  home: 'Onsale, Startseite',
  back: 'Zur Veranstaltung',

  timer: {
    label: 'Zeit, die Ihre Plätze gehalten werden',
    held: 'Für Sie gehalten',
    keptWhilePaying: 'Gehalten, solange Sie bezahlen',
    over: 'Die Zeit ist um',
    more: 'Mehr Zeit',
    renewed: 'Die Uhr beginnt von vorn.',
    spoken: (seconds) =>
      seconds < 60 ? `Noch ${seconds} Sekunden zum Bezahlen.` : `Noch ${minutes(seconds / 60)} zum Bezahlen.`,
    askTitle: (clock, full) => `Noch ${clock}. ${minutes(full)} mehr?`,
    askText: (full) => `Sie können einmal ${minutes(full)} mehr haben. Ihre Plätze bleiben Ihre.`,
    askAgain: 'Wenn Sie nicht antworten, fragen wir 30 Sekunden vor dem Ende noch einmal.',
    take: (full) => `${full} Minuten mehr`,
    decline: 'Nein, danke',
  },

  contact: {
    heading: 'Wohin die Karten gehen',
    name: 'Name',
    email: 'E-Mail',
    account: {
      before: 'Haben Sie ein Konto?',
      link: 'Melden Sie sich an',
      after: 'und die Karten warten auch dort. Ihre Plätze bleiben gehalten.',
    },
    nameMissing: 'Ihr Name fehlt.',
    mail: {
      missing: 'Ihre Mailadresse fehlt.',
      noAt: 'Das @ fehlt.',
      comma: 'Da ist ein Komma, wo der Punkt sein sollte.',
      space: 'Da ist ein Leerzeichen darin.',
      domain: 'Das ist vermutlich vertippt.',
      form: 'Das ist keine ganze Mailadresse.',
    },
    use: (mail) => `${mail} nehmen`,
    refused: 'So geschrieben wird das nicht angenommen.',
  },
  company: {
    want: 'Ich brauche eine Rechnung für eine Firma',
    name: 'Firma',
    vatId: 'USt-IdNr. (kann fehlen)',
    vatHint: 'Mit den Buchstaben des Landes: DE123456789',
    nameMissing: 'Der Name der Firma fehlt.',
    vatWrong: 'Sie beginnt mit den zwei Buchstaben des Landes.',
  },
  visitors: {
    heading: 'Wer kommt',
    hint: 'Der Veranstalter fragt nach dem Namen jeder Person.',
    label: (place) => `Name für ${place}`,
    missing: 'Dieser Name fehlt.',
    allMe: 'Für die erste meinen Namen nehmen',
  },

  means: {
    heading: 'Wie Sie bezahlen',
    card: 'Karte',
    number: 'Kartennummer',
    numberPlaceholder: '1234 1234 1234 1234',
    expiry: 'Gültig bis',
    expiryPlaceholder: 'MM / JJ',
    code: 'Prüfziffer',
    codePlaceholder: '3 Ziffern',
    numberMissing: 'Die Kartennummer fehlt.',
    numberWrong: 'Eine Ziffer stimmt nicht: Keine Karte hat diese Nummer.',
    numberForeign: 'Das ist eine Vorführung: Sie nimmt nur Testkarten. Geben Sie hier nie eine echte Karte ein.',
    useTestCard: 'Die Karte nehmen, die bezahlt',
    expiryFaults: {
      missing: 'Das Datum fehlt.',
      form: 'Monat und Jahr, wie auf der Karte.',
      past: 'Diese Karte ist abgelaufen.',
    },
    codeWrong: '3 Ziffern, von der Rückseite der Karte.',
    free: 'Diese Karten sind kostenlos: Es gibt nichts zu bezahlen.',
    none: {
      title: 'Hier kann man im Augenblick nicht bezahlen.',
      text: 'Der Veranstalter nimmt noch keine Karten. Es wird nichts abgebucht; Ihre Plätze bleiben gehalten.',
    },
    loadFailed: {
      title: 'Das Kartenformular lädt nicht.',
      text: 'Es wurde nichts abgebucht. Prüfen Sie Ihr Netz.',
      again: 'Noch einmal laden',
    },
  },
  demo: {
    title: 'Testkarten: Es wird nichts abgebucht',
    text: 'Dieser Laden ist eine Vorführung. Nehmen Sie eine dieser Karten, ein späteres Datum und drei beliebige Ziffern.',
    use: 'Nehmen',
    useCard: (number) => `Karte ${number} nehmen`,
    cards: {
      tok_ok: 'bezahlt',
      tok_3ds: 'fragt Sie erst auf der Seite der Bank',
      tok_declined: 'wird abgelehnt',
      tok_insufficient_funds: 'hat zu wenig Geld',
      tok_slow: 'bezahlt nach drei Sekunden',
      tok_timeout_paid: 'die Bank antwortet nicht, und es ist bezahlt',
      tok_timeout_unpaid: 'die Bank antwortet nicht, und es ist abgelehnt',
      tok_webhook_late: 'bezahlt nach zwanzig Sekunden',
      tok_webhook_twice: 'bezahlt, und die Bank sagt es zweimal',
      tok_webhook_never: 'bezahlt, und die Bank sagt es nicht',
      tok_refund_fails: 'bezahlt, und die Rückgabe scheitert später',
    },
  },

  pay: {
    button: (amount) => `${amount} bezahlen`,
    free: (count) => `${tickets(count)} nehmen`,
    paying: (amount) => `${amount} wird bezahlt…`,
    gettingFree: 'Ihre Karten werden geholt…',
    askingBank: 'Ihre Bank wird gefragt…',
    accept: {
      before: 'Mit dem Bezahlen nehmen Sie die',
      terms: 'Bedingungen des Veranstalters',
      and: 'an und haben gelesen:',
      privacy: 'Datenschutz',
      after: '.',
    },
    legalTitles: { terms: 'Bedingungen', privacy: 'Datenschutz' },
    close: 'Schließen',
    terms: 'Mit dem Bezahlen nehmen Sie die Bedingungen des Veranstalters an.',
    giveBackFree: (until) => `Sie können diese Karten bis ${until} zum vollen Preis zurückgeben.`,
    giveBack: (until, less) => `Sie können diese Karten bis ${until} zurückgeben, abzüglich ${less}.`,
    noGiveBack: 'Karten dieser Veranstaltung können nicht zurückgegeben werden.',
    perTicket: (amount) => `${amount} je Karte`,
    and: 'und',
  },
  summary: {
    heading: 'Sehen Sie zuerst hierhin',
    text: (count) =>
      `${count} ${plural(count, { one: 'Feld braucht', other: 'Felder brauchen' })} Sie. Es wurde nichts abgebucht.`,
  },

  order: {
    label: 'Ihre Bestellung',
    details: 'Einzelheiten',
    less: 'Weniger',
    tickets: (count) => `${tickets(count)}, mit Gebühren`,
    short: tickets,
    seat: (row, seat) => `Reihe ${row}, Platz ${seat}`,
    place: 'Freie Platzwahl',
    pay: 'Sie bezahlen',
    includingFee: 'davon Servicegebühr',
    includingTax: (percent, name) => `davon ${percent} ${name}`,
    addedTax: (percent, name) => `mit ${percent} ${name}`,
    tax: 'Steuer',
    safe: [
      'Niemand sonst kann diese Plätze kaufen, solange die Uhr läuft.',
      'Zweimal gedrückt, oder das Netz war weg? Es bleibt eine Zahlung.',
    ],
  },
  code: {
    open: 'Ich habe einen Code',
    label: 'Code',
    apply: 'Anwenden',
    remove: 'Entfernen',
    removeLabel: (code) => `Code ${code} entfernen`,
    applied: (code, total) => `${code} gilt. Sie bezahlen ${total}.`,
    removed: (total) => `Der Code ist entfernt. Sie bezahlen ${total}.`,
  },

  asking: {
    slow: {
      title: 'Ihre Bank wird noch gefragt.',
      text: 'Das kann eine Minute dauern. Bezahlen Sie nicht noch einmal: Derselbe Druck wird nicht zweimal abgebucht. Ihre Plätze bleiben so lange gehalten.',
    },
    network: {
      title: 'Das Netz war weg, während Sie bezahlt haben.',
      text: 'Wir fragen, ob die Zahlung ankam. Bezahlen Sie nicht noch einmal: Derselbe Druck wird nicht zweimal abgebucht.',
    },
    server: {
      title: 'Der Server antwortet nicht, wie er soll.',
      text: 'Wir fragen, ob die Zahlung ankam. Bezahlen Sie nicht noch einmal: Derselbe Druck wird nicht zweimal abgebucht.',
    },
    bank: {
      title: 'Ihre Bank wird gefragt, wie es ausging.',
      text: 'Nichts wird zweimal abgebucht. Ihre Plätze bleiben so lange gehalten.',
    },
    unknownMoney: 'Noch nicht bekannt. Plätze so lange gehalten',
    askNow: 'Jetzt noch einmal fragen',
  },
  bank: {
    going: {
      title: 'Ihre Bank möchte Sie fragen.',
      text: 'Sie kommen von selbst hierher zurück. Bevor Sie bestätigen, wird nichts abgebucht.',
    },
    back: {
      title: 'Bei Ihrer Bank nicht bestätigt. Es ist nichts abgebucht.',
      text: 'Gehen Sie zurück zu Ihrer Bank und bestätigen Sie, oder brechen Sie dort ab, um eine andere Karte zu nehmen. Ohne Bestätigung endet die Zahlung nach 10 Minuten.',
    },
    go: 'Zu Ihrer Bank',
  },
  unknown: {
    text: 'Es ist nicht bekannt, ob die Zahlung ankam. Bezahlen Sie nicht noch einmal: Fragen Sie mit dem Knopf, das kann nicht zweimal abgebucht werden. Wenn sie ankam, kommen die Karten auch per Mail.',
  },

  over: {
    title: (full) => `Ihre ${minutes(full)} sind um. Es ist kein Geld geflossen.`,
    looking: 'Die Plätze sind wieder im Verkauf. Wir sehen nach, was von Ihren noch frei ist…',
    all: (places) =>
      `Die Plätze sind wieder im Verkauf, und alle sind noch frei: ${places}. Was Sie eingegeben haben, bleibt erhalten.`,
    some: (free, of, places) =>
      `Die Plätze sind wieder im Verkauf. Von Ihren ${of} ${plural(free, { one: 'ist', other: 'sind' })} noch ${free} frei: ${places}. Was Sie eingegeben haben, bleibt erhalten.`,
    none: 'Die Plätze sind wieder im Verkauf, und andere haben sie genommen. Was Sie eingegeben haben, bleibt erhalten.',
    again: (places) => `${places} wieder halten`,
    choose: 'Andere wählen',
    noMoney: 'Es ist kein Geld geflossen',
  },
  gone: {
    signIn: 'Anmelden',
    shows: 'Alle Veranstaltungen',
  },

  done: {
    title: 'Bezahlt. Die Karten sind Ihre.',
    titleFree: 'Die Karten sind Ihre.',
    titleDoubt: 'Es ist angekommen.',
    once: (amount) => `${amount} bezahlt, einmal`,
    onceDoubt: (amount) => `Es wurde einmal abgebucht, ${amount}.`,
    mail: (mail) => `Sie sind auch unterwegs an ${mail}.`,
    mailUnknown: 'Sie sind auch per Mail unterwegs.',
    demo: 'Das war eine Zahlung zur Vorführung: Es ist kein Geld geflossen.',
    heading: (count) => `Ihre ${plural(count, { one: 'Karte', other: 'Karten' })}`,
    number: (number) => `Nr. ${number}`,
    show: 'Karten zeigen',
    receipt: 'Beleg',
    giveBackUntil: (until, amount) => `Sie können sie bis ${until} zurückgeben, dann kommen ${amount} zurück.`,
    giveBackOpen: (amount) => `Sie können sie zurückgeben, dann kommen ${amount} zurück.`,
    lateTitle: 'Zu spät bezahlt, das Geld ist auf dem Rückweg.',
    lateText: (amount) =>
      `Die Plätze wurden an jemand anderen verkauft. ${amount} kommen in 2–5 Werktagen zurück; Sie müssen nichts tun.`,
    lateMoney: (amount) => `${amount} genommen, wird zurückgegeben`,
    review: {
      title: 'Ihre Zahlung wird angesehen.',
      text: 'Jemand von uns sieht sie sich an und schreibt Ihnen. Bezahlen Sie nicht noch einmal.',
    },
  },
};

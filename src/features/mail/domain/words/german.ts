import type { MailWords } from './english.ts';

const tickets = (count: number) => (count === 1 ? 'Ihre Karte' : `Ihre ${count} Karten`);

export const german: MailWords = {
  locale: 'de-DE',
  hello: (name) => (name === null ? 'Guten Tag,' : `Guten Tag ${name},`),
  labels: {
    when: 'Wann',
    doors: 'Einlass',
    end: 'Ende',
    where: 'Wo',
    total: 'Summe',
    order: 'Bestellung',
    token: 'Token',
    newDate: 'Neuer Termin',
    oldDate: 'Alter Termin',
    newPlace: 'Neuer Ort',
    oldPlace: 'Alter Ort',
  },
  ticket: (number) => `Karte ${number}`,
  rateOf: (ticketType, rate) => `${ticketType} (${rate})`,
  row: (row) => `Reihe ${row}`,
  seat: (seat) => `Platz ${seat}`,
  yourOrder: 'Ihre Bestellung',
  dateFollows: 'verschoben: ein neuer Termin folgt',
  reason: (reason) => `Der Grund: ${reason}`,
  soldBy: (organizer) => `Verkauft von ${organizer}.`,
  whyThisMail: 'Sie bekommen diese Mail wegen einer Buchung oder eines Kontos mit dieser Adresse.',

  confirmed: {
    subject: (count, title) => `${tickets(count)} für ${title}`,
    heading: 'Sie sind dabei',
    news: (count, title) =>
      `Sie haben ${count === 1 ? 'eine Karte' : `${count} Karten`} für ${title}. Bringen Sie diese Mail mit, gedruckt oder auf dem Telefon.`,
    paid: 'Alle Gebühren und Steuern sind enthalten.',
    keep: 'Wer diese Mail hat, kann die Bestellung sehen und ihre Karten zurückgeben: behalten Sie sie für sich.',
  },
  giveBack: {
    until: (amount, until) =>
      amount === null
        ? `Sie können Ihre Karten bis ${until} zurückgeben.`
        : `Sie können Ihre Karten bis ${until} zurückgeben. Dann kommen ${amount} zurück.`,
    untilNewDate: 'der neue Termin bekannt ist, und dann bis die Veranstaltung beginnt,',
  },
  cancelled: {
    subject: (isWhole, title) =>
      isWhole ? `Ihre Buchung für ${title} wurde storniert` : `Karten für ${title} wurden storniert`,
    heading: (isWhole) => (isWhole ? 'Ihre Buchung ist storniert' : 'Karten sind storniert'),
    news: (isWhole, title) =>
      isWhole
        ? `Ihre Buchung für ${title} wurde storniert. Ihre Karten öffnen die Tür nicht mehr.`
        : `diese Karten für ${title} wurden storniert. Sie öffnen die Tür nicht mehr.`,
  },
  refundPromise: (amount) =>
    `${amount} werden auf dem Weg erstattet, auf dem Sie bezahlt haben; wir schreiben Ihnen, wenn das Geld unterwegs ist.`,
  noRefund: 'Es wird nichts erstattet.',
  refundSent: {
    subject: (amount, title) => `Erstattung von ${amount} für ${title}`,
    heading: 'Ihr Geld ist unterwegs',
    news: (amount, title) =>
      `${amount} für ${title} sind auf dem Weg zu Ihnen zurück, so wie Sie bezahlt haben. Bis eine Bank das zeigt, vergehen bis zu zehn Tage.`,
  },
  calledOff: {
    subject: (title) => `${title} ist abgesagt`,
    news: (title, when) => `${title} am ${when} findet nicht statt. Das tut uns leid.`,
  },
  wayBack: {
    subject: (title) => `Ihre Bestellung für ${title}`,
    news: 'hier ist der Weg zu Ihrer Bestellung. Wer diesen Link hat, kann sie sehen und stornieren: behalten Sie ihn für sich.',
  },
  corrected: {
    subject: (orderNumber) => `Mails zur Bestellung ${orderNumber} gehen jetzt an eine andere Adresse`,
    news: (orderNumber) =>
      `die Mailadresse der Bestellung ${orderNumber} wurde berichtigt: Mails dazu kommen nicht mehr hierher, und Links in früheren Mails öffnen sie nicht mehr.`,
    notYou: (organizer) =>
      `Wenn dies Ihre Bestellung ist und Sie das nicht geändert haben, schreiben Sie an ${organizer}.`,
  },
  postponed: {
    subject: (title) => `${title} ist verschoben`,
    news: (title, when) =>
      `${title}, wofür Sie Karten haben, ist verschoben: am ${when} findet es nicht statt. Ein neuer Termin folgt, und wir schreiben Ihnen, wenn er bekannt ist.`,
    right: 'bis der neue Termin bekannt ist, und dann bis die Veranstaltung beginnt',
  },
  resumed: {
    subject: (title, isNew) => `${title} ${isNew ? 'hat einen neuen Termin' : 'findet doch am ersten Termin statt'}`,
    news: (title, isNew) =>
      isNew
        ? `${title}, wofür Sie Karten haben, war verschoben. Jetzt ist der neue Termin bekannt:`
        : `${title}, wofür Sie Karten haben, war verschoben. Es findet doch statt, zum Termin, den es zuerst hatte:`,
  },
  moved: {
    subjectOfBefore: (title) => `${title} hat einen neuen Termin oder Ort`,
    newsOfBefore: (title, before) =>
      `${title}, wofür Sie Karten haben, wurde verlegt.${before === null ? '' : ` Beginnen sollte es am ${before}.`} Jetzt gilt:`,
    what: (parts) =>
      parts
        .map((part) => ({ day: 'einen neuen Termin', time: 'eine neue Uhrzeit', place: 'einen neuen Ort' })[part])
        .join(' und '),
    subject: (title, what) => `${title} hat ${what}`,
    news: (title, what) => `${title}, wofür Sie Karten haben, hat ${what}. Bitte beachten Sie:`,
  },
  untilShowBegins: (when) => `bis die Veranstaltung am ${when} beginnt`,
  updated: {
    changes: {
      doors: 'der Einlass beginnt zu einer anderen Zeit',
      end: 'das Ende ist zu einer anderen Zeit',
      venue: 'der Ort hat einen anderen Namen',
      address: 'die Anschrift hat sich geändert',
    },
    some: 'einige Angaben haben sich geändert',
    subject: (title, what) => `${title}: ${what}`,
    news: (title) => `Bei ${title}, wofür Sie Karten haben, hat sich etwas geändert. Bitte beachten Sie:`,
    right: 'Ihre Karten bleiben gültig; Sie brauchen nichts zu tun.',
  },
  stayValid: (hasCost, until) =>
    `Ihre Karten bleiben gültig; Sie brauchen nichts zu tun. Wenn Sie nicht kommen können, dürfen Sie sie zurückgeben${hasCost ? ' und bekommen Ihr ganzes Geld zurück' : ''}, ${until}. Das geht auf der Seite Ihrer Bestellung.`,
  before: (now, before) => `${now ?? 'nicht mehr bekannt'} (vorher: ${before ?? 'nicht bekannt'})`,

  account: {
    notYou: 'Wenn Sie das nicht waren, tun Sie nichts: ohne diese Mail kommt niemand weiter.',
    notYouAtAll:
      'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an, das beendet jede Anmeldung, und schreiben Sie dem Betreiber dieser Kasse.',
    worksUntil: (when) => `Das gilt bis ${when}.`,
    verify: {
      subject: 'Bestätigen Sie Ihre Mailadresse',
      news: 'mit dieser Mailadresse wurde ein Konto registriert. Bestätigen Sie, dass sie Ihre ist:',
      button: 'Adresse bestätigen',
    },
    reset: {
      subject: 'Wählen Sie ein neues Passwort',
      news: 'jemand hat für das Konto mit dieser Mailadresse ein neues Passwort verlangt.',
      button: 'Neues Passwort wählen',
    },
    invitation: {
      subject: (organizer) => `Arbeiten Sie mit: ${organizer}`,
      news: (organizer, role) => `Sie sind eingeladen, für ${organizer} zu arbeiten, als ${role}.`,
      button: 'Einladung annehmen',
    },
    passwordChanged: {
      subject: 'Ihr Passwort wurde geändert',
      news: 'das Passwort Ihres Kontos wurde gerade geändert, und jede andere Anmeldung beendet.',
      notYou: 'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an.',
    },
    changeMail: {
      subject: 'Bestätigen Sie Ihre neue Mailadresse',
      news: 'ein Konto soll ab jetzt diese Mailadresse haben. Bestätigen Sie, dass sie Ihre ist; dann endet jede Anmeldung:',
      button: 'Diese Adresse nehmen',
    },
    changeMailAsked: {
      subject: 'Ihr Konto soll eine andere Mailadresse bekommen',
      news: 'für Ihr Konto wurde eine andere Mailadresse verlangt. Sie gilt, sobald die Mail dorthin bestätigt ist; dann kommen hier keine Mails mehr an.',
      notYou:
        'Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an: dann lässt sich die neue Adresse nicht mehr bestätigen.',
    },
    mailChanged: {
      subject: 'Ihr Konto hat jetzt eine andere Mailadresse',
      news: 'die Mailadresse Ihres Kontos wurde gerade geändert, und jede Anmeldung beendet. Mails zu Ihrem Konto kommen hier nicht mehr an.',
      notYou: 'Wenn Sie das nicht waren, schreiben Sie sofort dem Betreiber dieser Kasse.',
    },
    secondFactorOn: {
      subject: 'Ein zweiter Faktor wurde eingeschaltet',
      news: 'wer sich bei Ihrem Konto anmeldet, braucht jetzt neben dem Passwort einen Code einer Authenticator-App. Jede andere Anmeldung wurde beendet.',
    },
    secondFactorOff: {
      subject: 'Ihr zweiter Faktor wurde ausgeschaltet',
      news: 'für die Anmeldung bei Ihrem Konto genügt ab jetzt das Passwort. Jede andere Anmeldung wurde beendet.',
    },
    recoveryCodeUsed: {
      subject: 'Ein Wiederherstellungscode wurde benutzt',
      news: (left) =>
        `statt eines Codes Ihrer App wurde einer der Wiederherstellungscodes Ihres Kontos benutzt. ${
          left === 1 ? 'Ein Code ist übrig.' : left === 0 ? 'Kein Code ist übrig.' : `${left} Codes sind übrig.`
        }`,
    },
    exists: {
      subject: 'Sie haben schon ein Konto',
      news: 'jemand, vielleicht Sie selbst, wollte ein Konto mit dieser Mailadresse. Sie hat schon eines: melden Sie sich an, oder fordern Sie ein neues Passwort an.',
    },
  },
};

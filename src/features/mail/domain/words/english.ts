/** All that mails say, in English. Other languages have the same parts, or do not compile. */
export const english = {
  locale: 'en-GB',
  hello: (name: string | null) => (name === null ? 'Hello,' : `Hello ${name},`),
  labels: {
    when: 'When',
    doors: 'Doors',
    end: 'End',
    where: 'Where',
    total: 'Total',
    order: 'Order',
    token: 'Token',
    newDate: 'New date',
    oldDate: 'Old date',
    newPlace: 'New place',
    oldPlace: 'Old place',
  },
  ticket: (number: string) => `Ticket ${number}`,
  rateOf: (ticketType: string, rate: string) => `${ticketType} (${rate})`,
  row: (row: string) => `row ${row}`,
  seat: (seat: string) => `seat ${seat}`,
  yourOrder: 'Your order',
  dateFollows: 'postponed: a new date will follow',
  reason: (reason: string) => `The reason: ${reason}`,
  soldBy: (organizer: string) => `Sold by ${organizer}.`,
  whyThisMail: 'You get this mail because of a booking or an account with this address.',

  confirmed: {
    subject: (count: number, title: string) => `Your ${count === 1 ? 'ticket' : `${count} tickets`} for ${title}`,
    heading: 'You’re going',
    news: (count: number, title: string) =>
      `you have ${count === 1 ? 'a ticket' : `${count} tickets`} for ${title}. Bring this mail, printed or on your phone.`,
    paid: 'All fees and taxes included.',
    keep: 'Whoever has this mail can see the order and give its tickets back: keep it to yourself.',
  },
  giveBack: {
    until: (amount: string | null, until: string) =>
      amount === null
        ? `You can give your tickets back until ${until}.`
        : `You can give your tickets back until ${until}. Then ${amount} comes back.`,
    untilNewDate: 'the new date is known, and then until the show begins',
  },
  cancelled: {
    subject: (isWhole: boolean, title: string) =>
      isWhole ? `Your booking for ${title} was cancelled` : `Tickets for ${title} were cancelled`,
    heading: (isWhole: boolean): string => (isWhole ? 'Your booking is cancelled' : 'Tickets are cancelled'),
    news: (isWhole: boolean, title: string) =>
      isWhole
        ? `your booking for ${title} was cancelled. Its tickets do not open the door any more.`
        : `these tickets for ${title} were cancelled. They do not open the door any more.`,
  },
  refundPromise: (amount: string) =>
    `${amount} will be refunded the way you paid; we will write to you when it is on its way.`,
  noRefund: 'Nothing is refunded.',
  refundSent: {
    subject: (amount: string, title: string) => `Refund of ${amount} for ${title}`,
    heading: 'Your money is on its way',
    news: (amount: string, title: string) =>
      `${amount} for ${title} is on its way back to you, the way you paid. Banks take up to ten days to show it.`,
  },
  calledOff: {
    subject: (title: string) => `${title} is cancelled`,
    news: (title: string, when: string) => `${title} on ${when} does not take place. We are sorry.`,
  },
  wayBack: {
    subject: (title: string) => `Your order for ${title}`,
    news: 'here is the way to your order. Whoever has this link can see and cancel it: keep it to yourself.',
  },
  corrected: {
    subject: (orderNumber: string) => `Mails about order ${orderNumber} go to another address now`,
    news: (orderNumber: string) =>
      `the mail address of order ${orderNumber} was corrected: mails about it do not come here any more, and links in those that came here do not open it.`,
    notYou: (organizer: string) => `If this is your order and you did not change that, write to ${organizer}.`,
  },
  postponed: {
    subject: (title: string) => `${title} is postponed`,
    news: (title: string, when: string) =>
      `${title}, for which you have tickets, is postponed: it does not take place on ${when}. A new date will follow, and we will write to you when it is known.`,
    right: 'until the new date is known, and then until the show begins',
  },
  resumed: {
    subject: (title: string, isNew: boolean) =>
      `${title} ${isNew ? 'has a new date' : 'takes place at its first date after all'}`,
    news: (title: string, isNew: boolean) =>
      isNew
        ? `${title}, for which you have tickets, was postponed. Now its new date is known:`
        : `${title}, for which you have tickets, was postponed. It takes place after all, at the date that it first had:`,
  },
  moved: {
    subjectOfBefore: (title: string) => `${title} has a new date or place`,
    newsOfBefore: (title: string, before: string | null) =>
      `${title}, for which you have tickets, was moved.${before === null ? '' : ` It was to begin on ${before}.`} Now it is:`,
    what: (parts: readonly ('day' | 'time' | 'place')[]) =>
      parts.map((part) => ({ day: 'a new date', time: 'a new time', place: 'a new place' })[part]).join(' and '),
    subject: (title: string, what: string) => `${title} has ${what}`,
    news: (title: string, what: string) => `${title}, for which you have tickets, has ${what}. Please note:`,
  },
  untilShowBegins: (when: string) => `until the show begins on ${when}`,
  updated: {
    changes: {
      doors: 'the doors open at another time',
      end: 'the end is at another time',
      venue: 'the place has another name',
      address: 'the address has changed',
    },
    some: 'some details have changed',
    subject: (title: string, what: string) => `${title}: ${what}`,
    news: (title: string) => `Something has changed about ${title}, for which you have tickets. Please note:`,
    right: 'Your tickets stay valid; you need do nothing.',
  },
  stayValid: (hasCost: boolean, until: string) =>
    `Your tickets stay valid; you need do nothing. If you cannot come, you may give them back${hasCost ? ' and get all your money back' : ''} ${until}. You can do so on the page of your order.`,
  before: (now: string | null, before: string | null) =>
    `${now ?? 'not known any more'} (before: ${before ?? 'not known'})`,

  account: {
    notYou: 'If that was not you, do nothing: without this mail nobody gets any further.',
    notYouAtAll:
      'If that was not you, ask for a new password at once, which ends every login, and write to whoever runs this box office.',
    worksUntil: (when: string) => `This works until ${when}.`,
    verify: {
      subject: 'Confirm your mail address',
      news: 'an account was registered with this mail address. Confirm that it is yours:',
      button: 'Confirm the address',
    },
    reset: {
      subject: 'Choose a new password',
      news: 'somebody asked for a new password for the account with this mail address.',
      button: 'Choose a new password',
    },
    invitation: {
      subject: (organizer: string) => `Join ${organizer}`,
      news: (organizer: string, role: string) => `you are invited to work with ${organizer} as ${role}.`,
      button: 'Accept the invitation',
    },
    passwordChanged: {
      subject: 'Your password was changed',
      news: 'the password of your account was changed just now, and every other login was ended.',
      notYou: 'If that was not you, ask for a new password at once.',
    },
    changeMail: {
      subject: 'Confirm your new mail address',
      news: 'an account is to have this mail address from now on. Confirm that it is yours; every login ends then:',
      button: 'Use this address',
    },
    changeMailAsked: {
      subject: 'Your account is to have another mail address',
      news: 'another mail address was asked for, for your account. It counts once the mail that went there is confirmed; then mails come here no more.',
      notYou: 'If that was not you, ask for a new password at once: the new address cannot be confirmed any more then.',
    },
    mailChanged: {
      subject: 'Your account has another mail address now',
      news: 'the mail address of your account was changed just now, and every login was ended. Mails about your account do not come here any more.',
      notYou: 'If that was not you, write to whoever runs this box office at once.',
    },
    secondFactorOn: {
      subject: 'A second factor was turned on',
      news: 'logging in to your account now needs a code of an authenticator app, beside the password. Every other login was ended.',
    },
    secondFactorOff: {
      subject: 'Your second factor was turned off',
      news: 'logging in to your account needs the password alone from now on. Every other login was ended.',
    },
    recoveryCodeUsed: {
      subject: 'A recovery code was used',
      news: (left: number) =>
        `one of the recovery codes of your account was used instead of a code of your app. ${
          left === 1 ? 'One recovery code is left.' : `${left || 'No'} recovery codes are left.`
        }`,
    },
    exists: {
      subject: 'You already have an account',
      news: 'somebody, perhaps you, wanted an account with this mail address. It has one already: log in, or ask for a new password.',
    },
  },
};

export type MailWords = typeof english;

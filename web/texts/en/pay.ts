import { plural } from '../format.ts';

const minutes = (value: number) => `${value} ${plural(value, { one: 'minute', other: 'minutes' })}`;
const tickets = (value: number) => `${value} ${plural(value, { one: 'ticket', other: 'tickets' })}`;

export const texts = {
  title: 'Checkout',
  heading: (count: number, show: string) => `Pay for ${tickets(count)} to ${show}`,
  loading: 'Looking up your seats',
  changeSeats: 'Change seats',
  home: 'Onsale, home',
  back: 'To the show',

  timer: {
    label: 'Time that your seats are held',
    held: 'Held for you',
    keptWhilePaying: 'Kept while you pay',
    over: 'Time is over',
    more: 'More time',
    renewed: 'The clock starts again.',
    spoken: (seconds: number) =>
      seconds < 60 ? `${seconds} seconds left to pay.` : `${minutes(seconds / 60)} left to pay.`,
    askTitle: (clock: string, fullMinutes: number) => `${clock} left. ${minutes(fullMinutes)} more?`,
    askText: (fullMinutes: number) => `You can have ${minutes(fullMinutes)} more, once. Your seats stay yours.`,
    askAgain: 'If you don’t answer, we ask again 30 seconds before the end.',
    take: (fullMinutes: number) => `${fullMinutes} more minutes`,
    decline: 'No, thanks',
  },

  contact: {
    heading: 'Where we send the tickets',
    name: 'Name',
    email: 'Email',
    account: {
      before: 'Have an account?',
      link: 'Sign in',
      after: 'and the tickets wait there too. Your seats stay held.',
    },
    nameMissing: 'Your name is missing.',
    mail: {
      missing: 'Your mail address is missing.',
      noAt: 'The @ is missing.',
      comma: 'There’s a comma where the dot should be.',
      space: 'There’s a space in it.',
      domain: 'This is probably mistyped.',
      form: 'This is no whole mail address.',
    },
    use: (mail: string) => `Use ${mail}`,
    refused: 'This is not taken as it is written.',
  },
  company: {
    want: 'I need an invoice for a company',
    name: 'Company',
    vatId: 'VAT number (may be left out)',
    vatHint: 'With the letters of its country: PT123456789',
    nameMissing: 'The name of the company is missing.',
    vatWrong: 'It begins with the two letters of its country.',
  },
  visitors: {
    heading: 'Who comes',
    hint: 'The organiser asks for the name of each visitor.',
    label: (place: string) => `Visitor, ${place}`,
    missing: 'This name is missing.',
    allMe: 'Use my name for the first',
  },

  means: {
    heading: 'How you pay',
    card: 'Card',
    number: 'Card number',
    numberPlaceholder: '1234 1234 1234 1234',
    expiry: 'Expires',
    expiryPlaceholder: 'MM / YY',
    code: 'Security code',
    codePlaceholder: '3 digits',
    numberMissing: 'The card number is missing.',
    numberWrong: 'A digit is wrong: no card has this number.',
    numberForeign: 'This is a demo: it takes test cards only. Never type a real card here.',
    useTestCard: 'Use the card that pays',
    expiryFaults: {
      missing: 'The date is missing.',
      form: 'Month and year, as on the card.',
      past: 'This card has expired.',
    },
    codeWrong: '3 digits, from the back of the card.',
    free: 'These tickets are free: there is nothing to pay.',
    none: {
      title: 'One cannot pay here at the moment.',
      text: 'The organiser takes no cards yet. Nothing is charged; your seats stay held.',
    },
    loadFailed: {
      title: 'The card form doesn’t load.',
      text: 'Nothing was charged. Check your network.',
      again: 'Load it again',
    },
  },
  demo: {
    title: 'Test cards: nothing is charged',
    text: 'This shop plays a demo. Take one of these cards, any later date and any three digits.',
    use: 'Use',
    useCard: (number: string) => `Use card ${number}`,
    cards: {
      tok_ok: 'pays',
      tok_3ds: 'asks you at the bank’s page first',
      tok_declined: 'is declined',
      tok_insufficient_funds: 'has too little money',
      tok_slow: 'pays after three seconds',
      tok_timeout_paid: 'the bank doesn’t answer, and it has paid',
      tok_timeout_unpaid: 'the bank doesn’t answer, and it was declined',
      tok_webhook_late: 'pays after twenty seconds',
      tok_webhook_twice: 'pays, and the bank says so twice',
      tok_webhook_never: 'pays, and the bank doesn’t say so',
      tok_refund_fails: 'pays, and giving back fails later',
    } as Readonly<Record<string, string>>,
  },

  pay: {
    button: (amount: string) => `Pay ${amount}`,
    free: (count: number) => `Get ${tickets(count)}`,
    paying: (amount: string) => `Paying ${amount}…`,
    gettingFree: 'Getting your tickets…',
    askingBank: 'Asking your bank…',
    terms: 'By paying you accept the terms of the organiser.',
    accept: {
      before: 'By paying you accept the',
      terms: 'terms of the organiser',
      and: 'and have read its',
      privacy: 'privacy page',
      after: '.',
    },
    legalTitles: { terms: 'Terms', privacy: 'Privacy' },
    close: 'Close',
    giveBackFree: (until: string) => `You can give these tickets back until ${until}, for the full price.`,
    giveBack: (until: string, less: string) => `You can give these tickets back until ${until}, less ${less}.`,
    noGiveBack: 'Tickets of this show cannot be given back.',
    perTicket: (amount: string) => `${amount} a ticket`,
    and: 'and',
  },
  summary: {
    heading: 'Look at this first',
    text: (count: number) =>
      `${count} ${plural(count, { one: 'field needs', other: 'fields need' })} you. Nothing was charged.`,
  },

  order: {
    label: 'Your order',
    details: 'Details',
    less: 'Less',
    tickets: (count: number) => `${tickets(count)}, fees included`,
    short: tickets,
    seat: (row: string, seat: string) => `Row ${row}, seat ${seat}`,
    place: 'Any place',
    pay: 'You pay',
    includingFee: 'including service fee',
    includingTax: (percent: string, name: string) => `including ${percent} ${name}`,
    addedTax: (percent: string, name: string) => `with ${percent} ${name}`,
    tax: 'tax',
    safe: [
      'Nobody else can buy these seats while the clock runs.',
      'Pressed twice or lost the network? It is still one payment.',
    ],
  },
  code: {
    open: 'I have a code',
    label: 'Code',
    apply: 'Apply',
    remove: 'Remove',
    removeLabel: (code: string) => `Remove code ${code}`,
    applied: (code: string, total: string) => `${code} counts. You pay ${total}.`,
    removed: (total: string) => `The code is removed. You pay ${total}.`,
  },

  asking: {
    slow: {
      title: 'Still asking your bank.',
      text: 'This can take a minute. Don’t pay again: the same press can’t be charged twice. Your seats are kept meanwhile.',
    },
    network: {
      title: 'The network went away while you were paying.',
      text: 'We’re asking whether the payment arrived. Don’t pay again: the same press can’t be charged twice.',
    },
    server: {
      title: 'The server doesn’t answer as it should.',
      text: 'We’re asking whether the payment arrived. Don’t pay again: the same press can’t be charged twice.',
    },
    bank: {
      title: 'Asking your bank how it ended.',
      text: 'Nothing can be charged twice. Your seats are kept meanwhile.',
    },
    unknownMoney: 'Not known yet. Seats kept meanwhile',
    askNow: 'Ask again now',
  },
  bank: {
    going: {
      title: 'Your bank wants to ask you.',
      text: 'You come back here by yourself. Nothing is charged before you confirm.',
    },
    back: {
      title: 'Not confirmed at your bank. Nothing is charged.',
      text: 'Go back to your bank and confirm, or cancel there to take another card. Unconfirmed, the payment is given up after 10 minutes.',
    },
    go: 'Go to your bank',
  },
  unknown: {
    text: 'It is not known whether the payment arrived. Don’t pay again: ask with the button, it can’t be charged twice. If it went through, the tickets come by mail too.',
  },

  over: {
    title: (fullMinutes: number) => `Your ${minutes(fullMinutes)} are over. No money has moved.`,
    looking: 'The seats went back on sale. We look at what is still free of yours…',
    all: (places: string) =>
      `The seats went back on sale, and all of them are still free: ${places}. What you typed is kept.`,
    some: (free: number, of: number, places: string) =>
      `The seats went back on sale. ${free} of your ${of} ${plural(free, { one: 'is', other: 'are' })} still free: ${places}. What you typed is kept.`,
    none: 'The seats went back on sale, and others have taken them. What you typed is kept.',
    again: (places: string) => `Hold ${places} again`,
    choose: 'Choose others',
    noMoney: 'No money has moved',
  },
  gone: {
    signIn: 'Sign in',
    shows: 'See all shows',
  },

  done: {
    title: 'Paid. The tickets are yours.',
    titleFree: 'The tickets are yours.',
    titleDoubt: 'It did go through.',
    once: (amount: string) => `${amount} paid, once`,
    onceDoubt: (amount: string) => `You were charged once, ${amount}.`,
    mail: (mail: string) => `They are on their way to ${mail} too.`,
    mailUnknown: 'They are on their way to your mail too.',
    demo: 'This was a demo payment: no money has moved.',
    heading: (count: number) => `Your ${plural(count, { one: 'ticket', other: 'tickets' })}`,
    number: (number: string) => `No. ${number}`,
    show: 'Show tickets',
    receipt: 'Receipt',
    giveBackUntil: (until: string, amount: string) => `You can give them back until ${until}, and ${amount} come back.`,
    giveBackOpen: (amount: string) => `You can give them back, and ${amount} come back.`,
    lateTitle: 'Paid too late, the money is on its way back.',
    lateText: (amount: string) =>
      `The seats were sold to somebody else. ${amount} returns in 2–5 working days; you need do nothing.`,
    lateMoney: (amount: string) => `${amount} taken, being given back`,
    review: {
      title: 'Your payment is being looked at.',
      text: 'Somebody of us looks at it by hand and writes to you. Don’t pay again.',
    },
  },
};

import { toLocalWords } from '../../../kernel/instant.ts';
import type { ShowFacts } from '../../../kernel/show-facts.ts';
import { because, booking, greeting, type Order, show } from './booking-texts.ts';
import type { Block, MailText } from './mail-text.ts';

/** What happened: the show before and after; without these (mails of earlier versions) it is told as it is now. */
interface ShowChangeFacts {
  readonly before?: ShowFacts;
  readonly after?: ShowFacts;
  readonly startsAtBefore?: number;
  readonly reason?: string;
}

/** The show is put off, and nobody knows until when. */
export function eventPostponed(order: Order, facts: ShowChangeFacts, orderLink: string): MailText {
  const before = facts.before ?? { ...asItIs(order), startsAt: facts.startsAtBefore ?? order.startsAt };
  return letter(order, facts, orderLink, {
    subject: `${order.title} is postponed`,
    news: `${order.title}, for which you have tickets, is postponed: it does not take place on ${begins(before)}. A new date will follow, and we will write to you when it is known.`,
    facts: [
      ['Old date', begins(before)],
      ['Where', place(before)],
    ],
    right: giveBack(order, 'until the new date is known, and then until the show begins'),
  });
}

/** On sale again after it was postponed. */
export function eventResumed(order: Order, facts: ShowChangeFacts, orderLink: string): MailText {
  const { before = asItIs(order), after = asItIs(order) } = facts;
  const isNew = begins(before) !== begins(after);
  return letter(order, facts, orderLink, {
    subject: `${order.title} ${isNew ? 'has a new date' : 'takes place at its first date after all'}`,
    news: isNew
      ? `${order.title}, for which you have tickets, was postponed. Now its new date is known:`
      : `${order.title}, for which you have tickets, was postponed. It takes place after all, at the date that it first had:`,
    facts: whenAndWhere(before, after),
    right: giveBack(order, `until the show begins on ${begins(after)}`),
  });
}

/** Another date, another place, or both. */
export function eventMoved(order: Order, facts: ShowChangeFacts, orderLink: string): MailText {
  const { before, after, startsAtBefore } = facts;
  if (!before || !after) {
    return letter(order, facts, orderLink, {
      subject: `${order.title} has a new date or place`,
      news: `${order.title}, for which you have tickets, was moved.${
        startsAtBefore === undefined ? '' : ` It was to begin on ${toLocalWords(startsAtBefore, order.timeZone)}.`
      } Now it is:`,
      facts: show(order).facts,
      right: giveBack(order, `until the show begins on ${begins(asItIs(order))}`),
    });
  }
  const what = [
    ...(begins(before) === begins(after) ? [] : [isOtherDay(before, after) ? 'a new date' : 'a new time']),
    ...(place(before) === place(after) ? [] : ['a new place']),
  ].join(' and ');
  return letter(order, facts, orderLink, {
    subject: `${order.title} has ${what}`,
    news: `${order.title}, for which you have tickets, has ${what}. Please note:`,
    facts: whenAndWhere(before, after),
    right: giveBack(order, `until the show begins on ${begins(after)}`),
  });
}

/** What takes nothing from whoever wants to go: doors, end, an address, the words for the time. */
export function eventUpdated(order: Order, facts: ShowChangeFacts, orderLink: string): MailText {
  const { before = asItIs(order), after = asItIs(order) } = facts;
  const changes = [
    ...(before.doorsAt === after.doorsAt ? [] : ['the doors open at another time']),
    ...(before.endsAt === after.endsAt ? [] : ['the end is at another time']),
    ...(before.venue === after.venue ? [] : ['the place has another name']),
    ...(before.address === after.address ? [] : ['the address has changed']),
  ];
  return letter(order, facts, orderLink, {
    subject: `${order.title}: ${changes.length === 1 ? changes[0] : 'some details have changed'}`,
    news: `Something has changed about ${order.title}, for which you have tickets. Please note:`,
    facts: whenAndWhere(before, after),
    right: 'Your tickets stay valid; you need do nothing.',
  });
}

function letter(
  order: Order,
  { reason }: ShowChangeFacts,
  orderLink: string,
  says: {
    readonly subject: string;
    readonly news: string;
    readonly facts: readonly (readonly [string, string])[];
    readonly right: string;
  },
): MailText {
  const blocks: Block[] = [
    greeting(order.buyer),
    says.news,
    { facts: says.facts },
    ...because(reason),
    says.right,
    { link: orderLink, words: 'Your order' },
    { facts: [booking(order)] },
    order.organizer,
  ];
  return { subject: says.subject, blocks };
}

/** What the buyer may do, and until when. */
function giveBack({ totalMinor }: Order, until: string): string {
  const money = totalMinor > 0 ? ' and get all your money back' : '';
  return `Your tickets stay valid; you need do nothing. If you cannot come, you may give them back${money} ${until}. You can do so on the page of your order.`;
}

/** Old and new beside each other where they differ. */
function whenAndWhere(before: ShowFacts, after: ShowFacts): [string, string][] {
  const facts: [string, string][] = compared('When', 'date', begins(before), begins(after));
  for (const [name, time] of [
    ['Doors', 'doorsAt'],
    ['End', 'endsAt'],
  ] as const) {
    const [old, now] = [before[time], after[time]].map((at) => (at === null ? null : toLocalWords(at, after.timeZone)));
    if (old === now) {
      if (now && time === 'doorsAt') facts.push([name, now]);
    } else facts.push([name, `${now ?? 'not known any more'} (before: ${old ?? 'not known'})`]);
  }
  return [...facts, ...compared('Where', 'place', place(before), place(after))];
}

function compared(name: string, what: string, before: string, after: string): [string, string][] {
  if (before === after) return [[name, after]];
  return [
    [`New ${what}`, after],
    [`Old ${what}`, before],
  ];
}

function begins({ startsAt, timeZone }: ShowFacts): string {
  return toLocalWords(startsAt, timeZone);
}

function isOtherDay(before: ShowFacts, after: ShowFacts): boolean {
  const day = (show: ShowFacts) => begins(show).replace(/ at .*$/, '');
  return day(before) !== day(after);
}

function place({ venue, address }: ShowFacts): string {
  return [venue, address].filter(Boolean).join(', ');
}

/** The show as it is when the mail is written. */
function asItIs({ startsAt, doorsAt, timeZone, venue, address }: Order): ShowFacts {
  return { startsAt, doorsAt, endsAt: null, timeZone, venue, address };
}

import type { ShowFacts } from '../../../kernel/show-facts.ts';
import { because, letter, type Order, type OrderParts, showFacts } from './booking-texts.ts';
import type { Block, MailText } from './mail-text.ts';
import type { Wording } from './words/in-words.ts';

/** What happened: the show before and after; without these (mails of earlier versions) it is described as it is now. */
interface ShowChangeFacts {
  readonly before?: ShowFacts;
  readonly after?: ShowFacts;
  readonly startsAtBefore?: number;
  readonly reason?: string;
}

/** The show is put off, and nobody knows until when. */
export function eventPostponed(order: Order, facts: ShowChangeFacts, parts: OrderParts): MailText {
  const { wording } = parts;
  const { postponed, labels } = wording.words;
  const before = facts.before ?? { ...asItIs(order), startsAt: facts.startsAtBefore ?? order.startsAt };
  return notice(order, facts, parts, {
    subject: postponed.subject(order.title),
    news: postponed.news(order.title, begins(before, wording)),
    facts: [
      [labels.oldDate, begins(before, wording)],
      [labels.where, place(before)],
    ],
    right: giveBack(order, postponed.right, wording),
  });
}

/** On sale again after it was postponed. */
export function eventResumed(order: Order, facts: ShowChangeFacts, parts: OrderParts): MailText {
  const { wording } = parts;
  const { resumed, untilShowBegins } = wording.words;
  const { before = asItIs(order), after = asItIs(order) } = facts;
  const isNew = begins(before, wording) !== begins(after, wording);
  return notice(order, facts, parts, {
    subject: resumed.subject(order.title, isNew),
    news: resumed.news(order.title, isNew),
    facts: whenAndWhere(before, after, wording),
    right: giveBack(order, untilShowBegins(begins(after, wording)), wording),
  });
}

/** Another date, another place, or both. */
export function eventMoved(order: Order, facts: ShowChangeFacts, parts: OrderParts): MailText {
  const { wording } = parts;
  const { moved, untilShowBegins } = wording.words;
  const { before, after, startsAtBefore } = facts;
  if (!before || !after) {
    const old = startsAtBefore === undefined ? null : wording.at(startsAtBefore, order.timeZone);
    return notice(order, facts, parts, {
      subject: moved.subjectOfBefore(order.title),
      news: moved.newsOfBefore(order.title, old),
      facts: showFacts(order, wording),
      right: giveBack(order, untilShowBegins(begins(asItIs(order), wording)), wording),
    });
  }
  const what = moved.what([
    ...(begins(before, wording) === begins(after, wording)
      ? []
      : [dayOf(before) === dayOf(after) ? ('time' as const) : ('day' as const)]),
    ...(place(before) === place(after) ? [] : ['place' as const]),
  ]);
  return notice(order, facts, parts, {
    subject: moved.subject(order.title, what),
    news: moved.news(order.title, what),
    facts: whenAndWhere(before, after, wording),
    right: giveBack(order, untilShowBegins(begins(after, wording)), wording),
  });
}

/** What takes nothing from whoever wants to go: doors, end, an address, the words for the time. */
export function eventUpdated(order: Order, facts: ShowChangeFacts, parts: OrderParts): MailText {
  const { wording } = parts;
  const { updated } = wording.words;
  const { before = asItIs(order), after = asItIs(order) } = facts;
  const changes = [
    ...(before.doorsAt === after.doorsAt ? [] : [updated.changes.doors]),
    ...(before.endsAt === after.endsAt ? [] : [updated.changes.end]),
    ...(before.venue === after.venue ? [] : [updated.changes.venue]),
    ...(before.address === after.address ? [] : [updated.changes.address]),
  ];
  return notice(order, facts, parts, {
    subject: updated.subject(order.title, changes.length === 1 ? changes[0]! : updated.some),
    news: updated.news(order.title),
    facts: whenAndWhere(before, after, wording),
    right: updated.right,
  });
}

function notice(
  order: Order,
  { reason }: ShowChangeFacts,
  { wording, orderLink }: OrderParts,
  says: {
    readonly subject: string;
    readonly news: string;
    readonly facts: readonly (readonly [string, string])[];
    readonly right: string;
  },
): MailText {
  const blocks: Block[] = [
    says.news,
    { facts: says.facts, isCard: true },
    ...because(reason, wording),
    says.right,
    { link: orderLink, words: wording.words.yourOrder },
  ];
  return letter(order, wording, { subject: says.subject, blocks });
}

/** What the buyer may do, and until when. */
function giveBack({ totalMinor }: Order, until: string, { words }: Wording): string {
  return words.stayValid(totalMinor > 0, until);
}

/** Old and new beside each other where they differ. */
function whenAndWhere(before: ShowFacts, after: ShowFacts, wording: Wording): [string, string][] {
  const { labels, before: comparison } = wording.words;
  const dates = { same: labels.when, now: labels.newDate, old: labels.oldDate };
  const facts: [string, string][] = compared(dates, begins(before, wording), begins(after, wording));
  for (const [name, time] of [
    [labels.doors, 'doorsAt'],
    [labels.end, 'endsAt'],
  ] as const) {
    const [old, now] = [before[time], after[time]].map((at) => (at === null ? null : wording.at(at, after.timeZone)));
    if (old === now) {
      if (now && time === 'doorsAt') facts.push([name, now]);
    } else facts.push([name, comparison(now ?? null, old ?? null)]);
  }
  const places = { same: labels.where, now: labels.newPlace, old: labels.oldPlace };
  return [...facts, ...compared(places, place(before), place(after))];
}

function compared(
  names: { readonly same: string; readonly now: string; readonly old: string },
  before: string,
  after: string,
): [string, string][] {
  if (before === after) return [[names.same, after]];
  return [
    [names.now, after],
    [names.old, before],
  ];
}

function begins({ startsAt, timeZone }: ShowFacts, { at }: Wording): string {
  return at(startsAt, timeZone);
}

/** The day there, as the calendar has it. */
function dayOf({ startsAt, timeZone }: ShowFacts): string {
  return Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

function place({ venue, address }: ShowFacts): string {
  return [venue, address].filter(Boolean).join(', ');
}

/** The show as it is when the mail is written. */
function asItIs({ startsAt, doorsAt, timeZone, venue, address }: Order): ShowFacts {
  return { startsAt, doorsAt, endsAt: null, timeZone, venue, address };
}

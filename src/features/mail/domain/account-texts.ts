import type { Instant } from '../../../kernel/instant.ts';
import type { Block, MailText } from './mail-text.ts';
import type { Wording } from './words/in-words.ts';

// Mails about accounts go to addresses that nobody has proven: they carry no text that a stranger could have written.

interface LinkFacts {
  readonly link: string;
  readonly token?: string | undefined;
  readonly expiresAt: Instant;
}

export function verifyMail(facts: LinkFacts, wording: Wording): MailText {
  const { verify, notYou } = wording.words.account;
  return letter(wording, verify.subject, verify.news, [...way(facts, verify.button, wording), { note: notYou }]);
}

export function resetPassword(facts: LinkFacts, wording: Wording): MailText {
  const { reset, notYou } = wording.words.account;
  return letter(wording, reset.subject, reset.news, [...way(facts, reset.button, wording), { note: notYou }]);
}

export function invitation(
  facts: LinkFacts & { readonly organizerName: string; readonly role: string },
  wording: Wording,
): MailText {
  const { organizerName, role } = facts;
  const { subject, news, button } = wording.words.account.invitation;
  return letter(wording, subject(organizerName), news(organizerName, role), way(facts, button, wording));
}

export function passwordChanged(_facts: object, wording: Wording): MailText {
  const { subject, news, notYou } = wording.words.account.passwordChanged;
  return letter(wording, subject, news, [notYou]);
}

export function changeMail(facts: LinkFacts, wording: Wording): MailText {
  const { changeMail: said, notYou } = wording.words.account;
  return letter(wording, said.subject, said.news, [...way(facts, said.button, wording), { note: notYou }]);
}

export function changeMailAsked(_facts: object, wording: Wording): MailText {
  const { subject, news, notYou } = wording.words.account.changeMailAsked;
  return letter(wording, subject, news, [notYou]);
}

export function mailChanged(_facts: object, wording: Wording): MailText {
  const { subject, news, notYou } = wording.words.account.mailChanged;
  return letter(wording, subject, news, [notYou]);
}

export function secondFactorOn(_facts: object, wording: Wording): MailText {
  const { secondFactorOn: said, notYouAtAll } = wording.words.account;
  return letter(wording, said.subject, said.news, [notYouAtAll]);
}

export function secondFactorOff(_facts: object, wording: Wording): MailText {
  const { secondFactorOff: said, notYouAtAll } = wording.words.account;
  return letter(wording, said.subject, said.news, [notYouAtAll]);
}

export function recoveryCodeUsed({ codesLeft }: { readonly codesLeft: number }, wording: Wording): MailText {
  const { recoveryCodeUsed: said, notYouAtAll } = wording.words.account;
  return letter(wording, said.subject, said.news(codesLeft), [notYouAtAll]);
}

export function accountExists(_facts: object, wording: Wording): MailText {
  const { subject, news } = wording.words.account.exists;
  return letter(wording, subject, news, []);
}

function letter({ language, words }: Wording, subject: string, news: string, more: readonly Block[]): MailText {
  const blocks = [words.hello(null), news, ...more];
  return { language, subject, heading: subject, blocks, footer: [words.whyThisMail] };
}

function way({ link, token, expiresAt }: LinkFacts, button: string, { words, at }: Wording): Block[] {
  const until = { note: words.account.worksUntil(at(expiresAt, 'UTC')) };
  if (token === undefined) return [{ link, words: button }, until];
  return [{ link, words: button }, until, { facts: [[words.labels.token, token]], isSmall: true }];
}

import type { Instant } from '../../../kernel/instant.ts';
import { toIso } from '../../../kernel/instant.ts';
import type { Block, MailText } from './mail-text.ts';

// Mails about accounts go to addresses that nobody has proven: they carry no text that a stranger could have written.

interface LinkFacts {
  readonly link: string;
  readonly token?: string | undefined;
  readonly expiresAt: Instant;
}

const greeting = 'Hello,';
const notYou = 'If that was not you, do nothing: without this mail nobody gets any further.';

export function verifyMail(facts: LinkFacts): MailText {
  return {
    subject: 'Confirm your mail address',
    blocks: [
      greeting,
      'an account was registered with this mail address. Confirm that it is yours:',
      ...way(facts, 'Confirm the address'),
      notYou,
    ],
  };
}

export function resetPassword(facts: LinkFacts): MailText {
  return {
    subject: 'Choose a new password',
    blocks: [
      greeting,
      'somebody asked for a new password for the account with this mail address.',
      ...way(facts, 'Choose a new password'),
      notYou,
    ],
  };
}

export function invitation(facts: LinkFacts & { readonly organizerName: string; readonly role: string }): MailText {
  const { organizerName, role } = facts;
  return {
    subject: `Join ${organizerName}`,
    blocks: [
      greeting,
      `you are invited to work with ${organizerName} as ${role}.`,
      ...way(facts, 'Accept the invitation'),
    ],
  };
}

export function passwordChanged(): MailText {
  return {
    subject: 'Your password was changed',
    blocks: [
      greeting,
      'the password of your account was changed just now, and every other login was ended.',
      'If that was not you, ask for a new password at once.',
    ],
  };
}

const notYouAtAll =
  'If that was not you, ask for a new password at once, which ends every login, and write to whoever runs this box office.';

export function secondFactorOn(): MailText {
  return {
    subject: 'A second factor was turned on',
    blocks: [
      greeting,
      'logging in to your account now needs a code of an authenticator app, beside the password. Every other login was ended.',
      notYouAtAll,
    ],
  };
}

export function secondFactorOff(): MailText {
  return {
    subject: 'Your second factor was turned off',
    blocks: [
      greeting,
      'logging in to your account needs the password alone from now on. Every other login was ended.',
      notYouAtAll,
    ],
  };
}

export function recoveryCodeUsed({ codesLeft }: { readonly codesLeft: number }): MailText {
  const left = codesLeft === 1 ? 'One recovery code is left.' : `${codesLeft || 'No'} recovery codes are left.`;
  return {
    subject: 'A recovery code was used',
    blocks: [
      greeting,
      `one of the recovery codes of your account was used instead of a code of your app. ${left}`,
      notYouAtAll,
    ],
  };
}

export function accountExists(): MailText {
  return {
    subject: 'You already have an account',
    blocks: [
      greeting,
      'somebody, perhaps you, tried to register this mail address. It has an account already: log in, or ask for a new password.',
    ],
  };
}

function way({ link, token, expiresAt }: LinkFacts, words: string): Block[] {
  const until = `This works until ${toIso(expiresAt)}.`;
  return token === undefined ? [{ link, words }, until] : [{ link, words }, { facts: [['Token', token]] }, until];
}

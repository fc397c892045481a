/** What is wrong with a mail address, and what was probably meant. */
export interface MailFault {
  readonly fault: 'missing' | 'noAt' | 'comma' | 'space' | 'domain' | 'form';
  /** The address as it was probably meant. */
  readonly repaired?: string;
}

/** Domains that are often mistyped, by what is typed then. */
const slips: Readonly<Record<string, string>> = {
  'gmial.com': 'gmail.com',
  'gmai.com': 'gmail.com',
  'gmail.con': 'gmail.com',
  'gmail.co': 'gmail.com',
  'gmal.com': 'gmail.com',
  'gnail.com': 'gmail.com',
  'googlemail.con': 'googlemail.com',
  'hotmial.com': 'hotmail.com',
  'hotmail.con': 'hotmail.com',
  'outlok.com': 'outlook.com',
  'outlook.con': 'outlook.com',
  'yaho.com': 'yahoo.com',
  'yahoo.con': 'yahoo.com',
  'iclod.com': 'icloud.com',
  'icloud.con': 'icloud.com',
  'gmx.ed': 'gmx.de',
  'web.ed': 'web.de',
  't-online.ed': 't-online.de',
};
const known = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'outlook.com',
  'yahoo.com',
  'icloud.com',
  'gmx.de',
  'web.de',
];
/** Local part, @, a domain with a dot: what the server's `email` takes, without its rarer forms. */
const form = /^[^\s@,;<>"()]+@[^\s@,;<>"()]+\.[^\s@,;.<>"()]{2,}$/;

/** Looks at a mail address as it was typed; null: it can be one. */
export function mailFault(typed: string): MailFault | null {
  const mail = typed.trim();
  if (mail === '') return { fault: 'missing' };
  if (/\s/.test(mail)) return withRepair('space', mail.replace(/\s+/g, ''));
  if (mail.includes(',')) return withRepair('comma', mail.replaceAll(',', '.'));
  if (!mail.includes('@')) {
    const domain = known.find((one) => mail.toLowerCase().endsWith(one) && mail.length > one.length);
    return domain
      ? { fault: 'noAt', repaired: `${mail.slice(0, -domain.length).replace(/[.\-_]$/, '')}@${domain}` }
      : { fault: 'noAt' };
  }
  const [local, domain = ''] = mail.split(/@(?=[^@]*$)/);
  const meant = slips[domain.toLowerCase()];
  if (meant) return { fault: 'domain', repaired: `${local}@${meant}` };
  return form.test(mail) ? null : { fault: 'form' };
}

function withRepair(fault: MailFault['fault'], repaired: string): MailFault {
  return form.test(repaired) ? { fault, repaired } : { fault };
}

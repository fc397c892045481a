/**
 * An address as all its spellings come out: small letters, accents composed (NFC), the domain in its ASCII form (IDNA). One
 * mailbox, whichever keyboard it was typed on; unlike `mailKey`, which takes even different mailboxes for one person.
 */
export function mailSpelling(address: string): string {
  // Nearly all of them.
  if (/^[a-z0-9._%+-]+@[a-z0-9.-]+$/.test(address) && !address.includes('xn--') && !address.endsWith('.'))
    return address;
  const text = address.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1).replace(/\.+$/, '');
  const url = `http://${domain}`;
  const isDomain = at > 0 && !/[\s/\\?#@:%[\]]/.test(domain) && URL.canParse(url);
  return isDomain ? `${text.slice(0, at)}@${new URL(url).hostname}` : text;
}

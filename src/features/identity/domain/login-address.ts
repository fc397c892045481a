/**
 * The address by which an account is found; undefined if no account can have it. The rule:
 *
 * 1. Case does not count, and the domain is taken in its ASCII form (IDNA): `Ann@Bücher.example` is
 *    `ann@xn--bcher-kva.example`. A domain that only looks like another therefore is another.
 * 2. The name before the @ is plain ASCII: letters that only look like others, or become others in lower case, are refused.
 * 3. `+tag` and dots count: `a+b@` and `a.b@` may be somebody else than `ab@`. (Where tickets are counted per customer
 *    they do not; see `mailKey` of the kernel. There a mistake costs a ticket, here it would cost an account.)
 */
export function loginAddress(address: string): string | undefined {
  const text = address.trim();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = asciiDomain(text.slice(at + 1));
  return domain !== undefined && /^[!-?A-~]{1,64}$/.test(local) ? `${local.toLowerCase()}@${domain}` : undefined;
}

function asciiDomain(domain: string): string | undefined {
  const url = `http://${domain.replace(/\.$/, '')}`;
  if (!/^[^\s/\\?#@:%[\]]+$/.test(domain) || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  // The URL parser turns numbers into IP addresses; nobody's mail lives there.
  return hostname.length <= 253 && /^([^.]+\.)+[a-z][a-z0-9-]*$/.test(hostname) ? hostname : undefined;
}

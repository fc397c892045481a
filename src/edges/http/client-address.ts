import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Hops that are looked at, from ours outwards: a header of 64 kB is not worth more. */
const hopsMax = 20;
const rememberedMax = 10_000;

/**
 * Whose request this is: the address of the peer, unless that is a trusted proxy. Then the nearest address in
 * `X-Forwarded-For` (or, without that header, in `Forwarded`, RFC 7239) that is no trusted proxy itself. What is further
 * out was written by whoever it names, and counts for nothing. A trusted proxy must set or remove `X-Forwarded-For`.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return ({ socket }) => plainAddress(socket.remoteAddress ?? '');
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = remembering((address) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  });
  return ({ socket, headers }) => {
    let address = plainAddress(socket.remoteAddress ?? '');
    if (!isTrusted(address)) return address;
    const hops = forwardedFor(headers);
    for (let i = hops.length - 1; i >= Math.max(0, hops.length - hopsMax); i--) {
      const hop = hops[i]!;
      // Not an address (`unknown`, `_hidden`, nonsense): whoever forwarded it is the last we know.
      if (isIP(hop) === 0) return address;
      address = hop;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}

/** What limits count by: the address, for IPv6 its /64 network, since whoever has one address there has all. */
export const networkOf: (address: string) => string = remembering((address) => {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
});

function forwardedFor(headers: IncomingHttpHeaders): string[] {
  const listed = headers['x-forwarded-for'];
  // Node joins repeated headers of this name with commas, in their order.
  if (typeof listed === 'string') return listed.split(',').map(hostOf);
  const { forwarded } = headers;
  if (forwarded === undefined) return [];
  return forwarded.split(',').map((hop) => {
    const named = /(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]*)/i.exec(hop)?.[1] ?? '';
    return hostOf(named.replace(/^"|"$/g, ''));
  });
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` without their ports. */
function hostOf(text: string): string {
  const host = text.trim();
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']'));
  return plainAddress(host.includes('.') ? host.replace(/:\d+$/, '') : host);
}

/** An IPv4 address that came in over an IPv6 socket, as itself. */
function plainAddress(address: string): string {
  if (!address.startsWith('::') || !address.toLowerCase().startsWith('::ffff:')) return address;
  if (address.includes('.')) return address.slice(7);
  // The same in hexadecimal: else all of IPv4 would be one network.
  const groups = address.slice(7).split(':');
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group, 16));
  return groups.length === 2 && isIP(address) === 6 ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : address;
}

function remembering<T>(compute: (address: string) => T): (address: string) => T {
  let known = new Map<string, T>();
  return (address) => {
    let value = known.get(address);
    if (value === undefined) {
      if (known.size >= rememberedMax) known = new Map();
      value = compute(address);
      known.set(address, value);
    }
    return value;
  };
}

import type { FastifyRequest } from 'fastify';

/** Headers that proxies, gateways and content networks add; none that a client sends by itself. */
const betweenUs =
  /^(?:forwarded|via|cdn-loop|client-ip|remote-addr|proxy-.*|x-forwarded.*|x-real-ip|.*-(?:client|connecting|remote|peer|source)-(?:ip|addr|address|port)|x-(?:client|cluster|original|remote|envoy|proxy|amzn|azure|appengine|arr|scheme|host|server|request-start)(?:-.*)?|(?:cf|fly|fastly|akamai)-.*)$/;

/**
 * Whether somebody at this very machine asks, and nothing stands in between: from loopback, under a name of loopback (a page from
 * elsewhere whose name was pointed at us has another), without a header of a proxy, and not in HTTP/1.0, which proxies speak
 * to what is behind them and hardly anybody else. A proxy that hides itself entirely is not seen: behind one `PUBLIC_URL` is
 * set, and with it nobody counts as direct (see `isFronted`).
 */
export function isDirect({ socket, headers, raw }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? '';
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return (
    (/^(::ffff:)?127\./.test(address) || address === '::1') &&
    /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host) &&
    raw.httpVersion !== '1.0' &&
    !Object.keys(headers).some((name) => betweenUs.test(name))
  );
}

/** Whether the settings say that something stands in front of us: buyers see another address, or proxies are named. */
export function isFronted(settings: {
  readonly publicUrl?: string | undefined;
  readonly trustedProxies?: readonly string[];
}): boolean {
  const { publicUrl, trustedProxies = [] } = settings;
  const isElsewhere = publicUrl !== undefined && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(publicUrl);
  return isElsewhere || trustedProxies.length > 0;
}

import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptedEncoding, type Encoding } from './accepted-encoding.ts';
import { type PackedBody, packedBody } from './packed-body.ts';
import type { Json, ReplyTo } from './ready-answer.ts';

/**
 * Pages that are kept as ready buffers and answered before any framework code runs: the ones that everybody reads while
 * a sale is on (event page, availability, seat map). A source says what is current; the buffer is made again only when
 * its version changed.
 */
export interface PreparedPages {
  /** From now on GETs of exactly this URL path are answered from `source`. */
  serve(path: string, source: PageSource): void;
  forget(path: string): void;
}

export interface PageSource {
  /** The page as it is now, or null to leave a request with these headers to the router (which then knows better). */
  current(headers: IncomingHttpHeaders): PreparedPage | null;
}

export interface PreparedPage<Body = unknown> {
  readonly body: Json<Buffer, Body>;
  /** The same bytes as latin1 text if they are few: Node sends that in one piece with the headers, a buffer as a second one. */
  readonly text: string | null;
  readonly etag: string;
  readonly cacheControl: string;
  /** By which names a cache in front may be made to forget it ({@link surrogateKey}). */
  readonly surrogateKeys?: string;
  /** The same bytes packed, where it is worth it: large, not of one moment only, and the same for everybody. */
  readonly packed?: PackedBody;
}

const textBytesMax = 65_536;

/** A page from its body; the ETag is a hash of it unless a cheaper version text is supplied. */
export function preparePage<Body>(
  body: Json<Buffer, Body>,
  cacheControl: string,
  version?: string,
): PreparedPage<Body> {
  const etag = `"${version ?? createHash('sha1').update(body).digest('base64url')}"`;
  const text = body.length <= textBytesMax ? body.toString('latin1') : null;
  return { body, text, etag, cacheControl };
}

/** The same page, packed for whoever takes that. */
export function withPacked<Body>(page: PreparedPage<Body>): PreparedPage<Body> {
  return { ...page, packed: packedBody(page.body) };
}

/** A page as one request gets it: packed or not, which are two representations with a tag each (RFC 9110 §8.8.3.3). */
export interface ChosenForm {
  readonly encoding: Encoding | null;
  readonly etag: string;
  /** By which headers of a request the answer differs. */
  readonly vary: string;
}

/** How a page goes out to who accepts these encodings. */
export function chooseForm({ etag, packed }: PreparedPage, acceptEncoding: string | undefined): ChosenForm {
  if (packed === undefined) return { encoding: null, etag, vary: 'authorization' };
  const encoding = acceptedEncoding(acceptEncoding);
  const vary = 'authorization, accept-encoding';
  return { encoding, etag: encoding === null ? etag : `${etag.slice(0, -1)}-${encoding}"`, vary };
}

/** RFC 9110 §13.1.2: any of the listed tags, weak or not, or `*`. */
export function matchesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** Says that an answer is another one by this header of the request, too. */
export function varyBy(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? header : `${String(others)}, ${header}`);
}

/** What anybody may keep for a minute; a cache in front answers with it for another one while it asks again (RFC 5861). */
export const keptByAnybody = 'public, max-age=60, s-maxage=60, stale-while-revalidate=60';
/** The same of whoever has a session: its own browser alone. */
const keptByBrowser = 'private, max-age=60';
/** What is somebody's lies nowhere. */
export const keptNowhere = 'private, no-store';
/** Staff see more, and as it is: they ask again each time. */
const askedAgain = 'private, no-cache';

/**
 * The header by which a cache in front can be made to forget an answer (Fastly; Varnish with xkey): `event-42 venue-7`, the list that it
 * is of first.
 */
export const surrogateKey = 'surrogate-key';

/** Whether a request comes from somebody: with a token, a key or a session. */
export function isKnownCaller({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  return headers.authorization !== undefined || hasSession(headers);
}

function hasSession(headers: IncomingHttpHeaders): boolean {
  return headers['x-session-token'] !== undefined || /onsale_(?:session|refresh)=/.test(headers.cookie ?? '');
}

/**
 * Anybody may keep what is answered to the public. Staff may see more and want it as it is; of a buyer's answers only its own
 * browser keeps any. Routes say it by `config.keep`; who sends a text instead of a value says it itself.
 */
export function sayHowLong(request: FastifyRequest, reply: FastifyReply, keep: 'shared' | 'never'): void {
  const { headers } = request;
  if (reply.hasHeader('cache-control')) return;
  varyBy(reply, 'authorization');
  if (keep === 'never') reply.header('cache-control', keptNowhere);
  else if (headers.authorization !== undefined) reply.header('cache-control', askedAgain);
  else if (hasSession(headers)) reply.header('cache-control', keptByBrowser);
  else reply.header('cache-control', keptByAnybody).header(surrogateKey, surrogateKeysOf(request));
}

/** The list that an answer is of, or is about, and what its address names: `venues venue-7`. */
function surrogateKeysOf({ routeOptions: { url = '', config }, params }: FastifyRequest): string {
  const [list = ''] = url
    .replace(/^\/api\//, '')
    .split('/')
    .filter(Boolean);
  const values = params as Readonly<Record<string, unknown>>;
  const named = Object.entries(config.ids ?? {}).map(([name, resource]) => `${resource}-${values[name]}`);
  const organizer = 'organizer' in values ? [`organizer-${values.organizer}`] : [];
  return [list, ...organizer, ...named].join(' ');
}

/** Sends a page, or 304 to whoever has it. Not async: a reply that is awaited waits for its own end. */
export function sendPage<Body>(request: FastifyRequest, reply: ReplyTo<Body>, page: PreparedPage<Body>): FastifyReply {
  const { encoding, etag, vary } = chooseForm(page, String(request.headers['accept-encoding'] ?? ''));
  // Also where staff would see no more: whoever says who it is gets nothing that others could be answered with.
  const isSomebody = page.cacheControl === keptByAnybody && request.headers.authorization !== undefined;
  reply.header('etag', etag).header('cache-control', isSomebody ? askedAgain : page.cacheControl);
  varyBy(reply, vary);
  if (page.surrogateKeys !== undefined) reply.header(surrogateKey, page.surrogateKeys);
  if (matchesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const ready: FastifyReply = reply.type('application/json; charset=utf-8');
  if (encoding === null || page.packed === undefined) return ready.send(page.body);
  const packed = page.packed.by(encoding);
  if (Buffer.isBuffer(packed)) return ready.header('content-encoding', encoding).send(packed);
  packed.then(
    (body) => ready.header('content-encoding', encoding).send(body),
    (error: unknown) => ready.send(error),
  );
  return ready;
}

/**
 * Sends what anybody may keep for a minute ({@link sayHowLong}) with a tag made of it, or 304 to whoever has it. Not async: a reply that
 * is awaited waits for its own end.
 */
export function sendShared<Body>(
  request: FastifyRequest,
  reply: ReplyTo<Body>,
  body: Json<Buffer, Body>,
): FastifyReply {
  const { etag } = preparePage(body, '');
  sayHowLong(request, reply, 'shared');
  reply.header('etag', etag);
  if (matchesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const ready: FastifyReply = reply;
  return ready.type('application/json; charset=utf-8').send(body);
}

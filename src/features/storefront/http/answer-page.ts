import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../../kernel/language.ts';
import { acceptedEncoding } from '../../../platform/http/accepted-encoding.ts';
import { type PackedBody, packedBody } from '../../../platform/http/packed-body.ts';
import { matchesTag, varyBy } from '../../../platform/http/prepared-pages.ts';
import type { WebApp } from '../../../platform/web-app/web-app.ts';
import { absentPage, buildingPage, buildingStyle } from '../domain/building-page.ts';
import { type PageFacts, policyOf, renderDocument, tagOf } from '../domain/document.ts';

/** A page ready to be sent, in each encoding that somebody asked for. */
export interface ReadyPage {
  readonly status: number;
  readonly html: string;
  /** What the page may do (CSP). */
  readonly policy: string;
  readonly etag: string;
  readonly packed: PackedBody;
}

/** The views and texts that a page is going to need, as files under `web/`: loaded at once instead of one after another. */
export type ViewFiles = (language: Language) => readonly string[];

/** Files of what a page says: what every first visit says, and these parts beside. */
export const textFiles = (language: Language, ...parts: readonly string[]) =>
  ['first', ...parts].map((part) => `texts/${language}/${part}.ts`);

/** Makes a page of facts, or null while there is no app to begin with. */
export function readyPage(
  webApp: WebApp,
  facts: PageFacts,
  views: ViewFiles,
  status = 200,
  entry = webApp.entry('shop', ['shop/app.tsx', ...views(facts.language)]),
): ReadyPage | null {
  if (!entry) return null;
  const html = renderDocument(facts, {
    entry,
    theme: webApp.entry('theme'),
    fonts: webApp.fonts(),
    icon: webApp.icon(),
  });
  return { status, html, policy: policyOf(facts, { entry }), etag: tagOf(html), packed: packedBody(html) };
}

/** Sends a page as the browser can read it fastest, or 304; `kept`: what caches in between may do. */
export async function sendReady(
  request: FastifyRequest,
  reply: FastifyReply,
  page: ReadyPage | null,
  { kept, policy, webApp }: { readonly kept: string; readonly policy?: string; readonly webApp: WebApp },
): Promise<FastifyReply> {
  if (page === null) return sendBuilding(reply, webApp);
  // Addresses of orders are keys: no other site learns them; our own requests say where they come from.
  reply.header('content-security-policy', policy ?? page.policy).header('referrer-policy', 'same-origin');
  reply.header('cache-control', kept);
  varyBy(reply, 'accept-encoding');
  varyBy(reply, 'accept-language');
  if (page.status === 200) {
    reply.header('etag', `W/${page.etag}`);
    if (matchesTag(request.headers['if-none-match'], page.etag)) return reply.code(304).send();
  }
  reply.code(page.status).type('text/html; charset=utf-8');
  const encoding = acceptedEncoding(request.headers['accept-encoding']);
  if (encoding === null) return reply.send(page.html);
  return reply.header('content-encoding', encoding).send(await page.packed.by(encoding));
}

const stylePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(buildingStyle).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

function sendBuilding(reply: FastifyReply, { state }: WebApp): FastifyReply {
  reply.header('content-security-policy', stylePolicy).header('cache-control', 'no-store');
  if (state === 'building') reply.header('retry-after', '2');
  return reply
    .code(503)
    .type('text/html; charset=utf-8')
    .send(state === 'absent' ? absentPage : buildingPage);
}

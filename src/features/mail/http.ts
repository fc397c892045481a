import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, OneLine, OneOf, Uuid } from '../../contract/common.ts';
import { type KeptMailAnswer, KeptMailList, WholeMailSchema } from '../../contract/mail.ts';
import { escapeHtml } from '../../kernel/html.ts';
import { toIso } from '../../kernel/instant.ts';
import { isDirect } from '../../platform/http/direct-request.ts';
import { Refused } from '../../platform/http/refused.ts';
import { hasRight } from '../../platform/http/request.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import { findKeptMail, type KeptMail, listKeptMails, type WholeKeptMail } from './queries/kept-mails.ts';

const Format = Type.Optional(OneOf(['html', 'text', 'json'], 'Wins over the Accept header.'));

/** Everything off: what a mail says is shown and can do nothing. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups; frame-ancestors 'none'";

/**
 * Kept mails, for whoever sits at the machine: `/dev/mail`. From elsewhere, in production, and where something stands in front of us,
 * only with the owner's key; to anybody else there is nothing here.
 */
export function createDevMailRoutes(parts: {
  readonly bypassingRls: Queryable;
  /** Whether who sits at the machine may read them: not in production, and not where something stands in front of us. */
  readonly isOpen: boolean;
}): FastifyPluginAsyncTypebox {
  const { bypassingRls, isOpen } = parts;
  const config = { access: 'public', ids: { id: null }, problems: ['NOT_FOUND'] } as const;
  const tags = ['operation'];

  function refuseStrangers(request: FastifyRequest): void {
    const isOwner = request.caller.kind !== 'public' && hasRight(request.caller, 'owner');
    if (!isOwner && !(isOpen && isDirect(request))) throw new Refused({ code: 'NOT_FOUND' });
  }

  return async (app) => {
    const list = {
      tags,
      summary: 'Mails that were kept instead of sent, newest first',
      querystring: Type.Object(
        {
          to: Type.Optional(OneLine(254)),
          limit: Type.Integer({ minimum: 1, maximum: 50, default: 50 }),
          format: Format,
        },
        closed,
      ),
      response: { 200: { description: 'A list, or a page with it', content: listContent } },
    };
    app.get('/dev/mail', { config, schema: list }, async (request, reply) => {
      refuseStrangers(request);
      const { to, limit, format } = request.query;
      const mails = await listKeptMails(bypassingRls, { to, limit });
      reply.header('cache-control', 'no-store');
      if (formatFor(request, format, 'json') !== 'html') return { items: mails.map(toListed) };
      return reply.header('content-security-policy', mailPolicy).type('text/html; charset=utf-8').send(listPage(mails));
    });

    const one = {
      tags,
      summary: 'One kept mail, as text, HTML or JSON',
      params: Type.Object({ id: Uuid() }, closed),
      querystring: Type.Object({ format: Format }, closed),
      response: { 200: { description: 'The mail', content: mailContent } },
    };
    app.get('/dev/mail/:id', { config, schema: one }, async (request, reply) => {
      refuseStrangers(request);
      const mail = await findKeptMail(bypassingRls, request.params.id);
      if (!mail) throw new Refused({ code: 'NOT_FOUND' });
      reply.header('cache-control', 'no-store').header('content-security-policy', mailPolicy);
      const { messageId, text, attachments } = mail;
      const html = withPictures(mail);
      const format = formatFor(request, request.query.format, 'text');
      if (format === 'json')
        return { ...toListed(mail), messageId, text, html: mail.html, attachments: [...attachments] };
      if (format === 'html') return reply.type('text/html; charset=utf-8').send(html);
      return reply.type('text/plain; charset=utf-8').send(`${headLines(mail, messageId)}\n\n${text}`);
    });
  };
}

const page = { 'text/html': { schema: Type.String() } };
const listContent = {
  'application/json': { schema: KeptMailList },
  ...page,
};
const mailContent = {
  'application/json': { schema: WholeMailSchema },
  'text/plain': { schema: Type.String() },
  ...page,
};

function formatFor(request: FastifyRequest, asked: string | undefined, otherwise: string): string {
  const accept = request.headers.accept ?? '';
  if (asked !== undefined) return asked;
  if (accept.includes('text/html')) return 'html';
  return accept.includes('application/json') ? 'json' : otherwise;
}

/** The HTML with its attached pictures in it, as a mail client shows them. */
function withPictures({ html, attachments }: WholeKeptMail): string {
  const ofCid = new Map(
    attachments.map(({ contentId, contentType, base64 }) => [contentId, `data:${contentType};base64,${base64}`]),
  );
  return html.replace(/(?<=src=")cid:([\w-]+)(?=")/g, (named, cid: string) => ofCid.get(cid) ?? named);
}

function toListed({ mailId, sender, recipient, subject, keptAt }: KeptMail): KeptMailAnswer {
  return { mailId, from: sender, to: recipient, subject, at: toIso(keptAt.getTime()) };
}

function headLines(mail: KeptMail, messageId: string): string {
  const { from, to, subject, at } = toListed(mail);
  return [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${at}`, `Message-ID: <${messageId}>`].join('\n');
}

function listPage(mails: readonly KeptMail[]): string {
  const rows = mails.map((mail) => {
    const { mailId, to, subject, at } = toListed(mail);
    return `<li>${at} to ${escapeHtml(to)}: <a href="/dev/mail/${mailId}">${escapeHtml(subject)}</a>
(<a href="/dev/mail/${mailId}?format=text">text</a>)</li>`;
  });
  const list = rows.length === 0 ? '<p>No mail yet.</p>' : `<ul>\n${rows.join('\n')}\n</ul>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5"><h1>Mail</h1>
<p>No mail server is set (SMTP_URL): mails are kept here.</p>
${list}
</body></html>
`;
}

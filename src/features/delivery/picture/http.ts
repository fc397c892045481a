import { createHash } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, SerialId } from '../../../contract/common.ts';
import { PaperQuery } from '../../../contract/delivery.ts';
import { type Language, usualLanguage } from '../../../kernel/language.ts';
import type { PosterRequest } from '../../../kernel/poster.ts';
import { matchesTag } from '../../../platform/http/prepared-pages.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { paperWords, shortDayInWords } from '../domain/words.ts';
import { type createPress, PressBusy } from '../pdf/press.ts';
import { type PosterShow, readPosterShow } from '../queries/read-poster.ts';

export interface PictureParts {
  readonly database: TenantDatabase;
  /** A thread of its own: whoever shares many links makes no buyer wait for tickets. */
  readonly press: Pick<ReturnType<typeof createPress>, 'print'>;
}

const busySeconds = 10;
/** Some 40 kB each. */
const keptMax = 100;
/** Programs that show links ask seldom; when a show changes its picture says the old date as long as this. */
const keptFor = 'public, max-age=3600';

/** `/e/:id/poster.png`: the picture of a show in links that are shared. Not under `/api`, where robots read nothing. */
export function createPictureRoutes({ database, press }: PictureParts): FastifyPluginAsyncTypebox {
  /** By tag, oldest first. What is drawn right now is waited for by all who ask. */
  const kept = new Map<string, Promise<Buffer>>();

  function pictureOf(etag: string, poster: PosterRequest): Promise<Buffer> {
    const known = kept.get(etag);
    if (known) return known;
    const drawing = press.print({ poster });
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value!);
    kept.set(etag, drawing);
    drawing.catch(() => kept.delete(etag));
    return drawing;
  }

  return async (app) => {
    const schema = { hide: true, params: Type.Object({ id: SerialId() }, closed), querystring: PaperQuery };
    const config = {
      access: 'public',
      badBearer: 'ignored',
      ids: { id: 'event' },
      problems: ['EVENT_NOT_FOUND', 'PICTURE_BUSY'],
    } as const;
    app.get('/e/:id/poster.png', { config, schema }, async (request, reply) => {
      const show = await readPosterShow(database.as(everybody), request.params.id);
      if (!show) throw new Refused({ code: 'EVENT_NOT_FOUND' });
      const poster = posterOf(show, request.query.language ?? usualLanguage);
      const etag = `"${createHash('sha1').update(JSON.stringify(poster)).digest('base64url')}"`;
      reply.header('etag', etag).header('cache-control', keptFor);
      if (matchesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      try {
        return reply.type('image/png').send(await pictureOf(etag, poster));
      } catch (error) {
        if (!(error instanceof PressBusy)) throw error;
        reply.removeHeader('etag').removeHeader('cache-control');
        throw new Refused({ code: 'PICTURE_BUSY', retryAfterSeconds: busySeconds });
      }
    });
  };
}

function posterOf({ title, type, isPostponed, startsAt, timeZone, venue }: PosterShow, language: Language) {
  const day = isPostponed ? [] : [shortDayInWords(startsAt, timeZone, paperWords(language))];
  return { title, type, note: [...day, venue].join(' · ') };
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Of } from '../../contract/common.ts';
import {
  type ImportLine,
  ImportLineSchema,
  ImportQuery,
  type ImportSummary,
  ImportSummarySchema,
  importBytesMax,
} from '../../contract/import.ts';
import type { Refusal } from '../../contract/problems.ts';
import { parseInstant } from '../../kernel/instant.ts';
import { readTimeZone } from '../../kernel/time-zone.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { sendLines } from '../../platform/http/ready-answer.ts';
import { Refused } from '../../platform/http/refused.ts';
import { contextOf } from '../../platform/http/request.ts';
import { readOrganizerDefaults } from '../catalog/index.ts';
import { findImportPlan, importDocument } from './commands/import-document.ts';
import type { ImportOptions } from './domain/import-options.ts';
import type { ParsedDocument } from './domain/parsed.ts';
import { readPeriod } from './domain/shift-dates.ts';
import type { ImportParts } from './parts.ts';
import { parseDocument } from './queries/parse-document.ts';
import { importProblems } from './refusals.ts';

const contentTypes = [
  'application/ld+json',
  'application/json',
  'application/x-ndjson',
  'text/html',
  'application/xhtml+xml',
  'text/plain',
  'application/octet-stream',
];

export function createRoutes(parts: ImportParts & { readonly clock: Clock }): FastifyPluginAsyncTypebox {
  const { clock } = parts;
  return async (app) => {
    // The document is parsed here, with the places of its faults, and not by the framework.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(contentTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post(
      '/api/import',
      {
        config: { access: 'catalog', limit: 'bulk', eventOf: 'any', problems: [...importProblems, 'LOCKED'] },
        bodyLimit: importBytesMax,
        schema: {
          tags: ['import'],
          summary: 'Bring shows and seating plans in',
          description:
            'The body is schema.org Event JSON-LD (one, a list, @graph), a saved HTML page that has it embedded, or a ' +
            'seating plan. Shows are known again by their @id, else identifier, else url, else by name, start and venue: ' +
            'the same again changes nothing. What is refused is reported with its place, the rest goes in; added + updated + ' +
            'unchanged + repeated + refused is all that the document holds. Shows that are over come in as history. ' +
            'Another date, place or price of a show that has bookings needs `changeSold=true`, calling it off `callOff=true`. ' +
            'With `Accept: application/x-ndjson` lines `{"progress": {"done", "total"}}` come before `{"summary": …}`.',
          consumes: contentTypes,
          body: Type.Unknown({
            description: 'The document, in any of the forms above; its form is found out by itself.',
          }),
          querystring: ImportQuery,
          response: { 200: { description: 'How it went, or lines about how far it is', content: summaryContent } },
        },
      },
      async (request, reply) => {
        const { query } = request;
        const options = readOptions(query);
        const context = contextOf(request, clock.now());
        const { currency, timeZone: organizerZone } = await readOrganizerDefaults(parts.database.as(context), context);
        const { timeZone } = options;
        const reading = { currency, organizerZone, ...(timeZone !== null && { timeZone }) };
        const document = parseDocument(query.name ?? 'body', bytesOf(request.body), reading);
        if (!document.isReadable) throw new Refused(refusalOf(document));
        const wanted = document.shows.length > 0 ? options.plan : null;
        const plan = wanted === null ? null : await findImportPlan(parts, wanted, context.organizerId);
        if (plan && !plan.accepted) throw new Refused({ ...plan.refusal });
        const work = importDocument(parts, document, { options, plan: plan?.value ?? null, currency }, context);
        if (/\bapplication\/x-ndjson\b/.test(request.headers.accept ?? '')) {
          return sendLines(reply, toLines(work));
        }
        for (;;) {
          const step = await work.next();
          if (step.done) return step.value;
        }
      },
    );
  };
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

const summaryContent = {
  'application/json': { schema: ImportSummarySchema },
  'application/x-ndjson': { schema: ImportLineSchema },
};

async function* toLines(
  work: AsyncGenerator<{ done: number; total: number }, ImportSummary>,
): AsyncGenerator<ImportLine> {
  for (;;) {
    const step = await work.next();
    if (step.done) {
      yield { summary: step.value };
      return;
    }
    yield { progress: step.value };
  }
}

function readOptions(query: Of<typeof ImportQuery>): ImportOptions {
  const fault = (field: string, message: string) =>
    new Refused({ code: 'VALIDATION_FAILED', errors: [{ field: `/querystring/${field}`, message }] });
  const shift = query.shift === undefined ? null : readPeriod(query.shift);
  if (shift === undefined) throw fault('shift', 'must be a period of years, months, weeks or days, like P3Y');
  if (query.timeZone !== undefined && readTimeZone(query.timeZone) === undefined) {
    throw new Refused({
      code: 'TIME_ZONE_UNKNOWN',
      errors: [{ field: '/querystring/timeZone', message: 'is no IANA time zone' }],
    });
  }
  return {
    publish: query.publish ?? false,
    plan: query.plan ?? null,
    capacity: query.capacity ?? null,
    price: query.price ?? null,
    onSaleFrom: query.onSale === undefined ? null : (parseInstant(query.onSale) ?? null),
    shift,
    changeSold: query.changeSold ?? false,
    callOff: query.callOff ?? false,
    timeZone: query.timeZone ?? null,
  };
}

/** Nothing in the document could be read: a plan with faults says so as a plan does, anything else is unreadable. */
function refusalOf({ refusals, isPlan }: ParsedDocument): Refusal {
  const errors = refusals.slice(0, 100).map(({ place, reason }) => ({ field: place, message: reason }));
  return { code: isPlan ? 'PLAN_INVALID' : 'IMPORT_UNREADABLE', errors };
}

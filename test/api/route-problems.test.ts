import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProblemCode, problems } from '../../src/contract/problems.ts';
import { startTestApp } from '../support/app.ts';

interface Response {
  readonly $ref?: string;
  readonly description: string;
  readonly content?: Readonly<
    Record<string, { readonly schema: { readonly properties: { code: { enum: string[] } } } }>
  >;
}

interface Operation {
  readonly 'x-problems': readonly ProblemCode[];
  readonly responses: Readonly<Record<string, Response>>;
}

const { app } = await startTestApp();
const text = (await app.inject('/openapi.json')).body;
const { paths, components } = JSON.parse(text) as {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response>; schemas: Record<string, unknown> };
};
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ label: `${method.toUpperCase()} ${path}`, operation })),
);

function responseOf({ responses }: Operation, status: number): Response | undefined {
  const response = responses[status];
  return response?.$ref ? components.responses[response.$ref.split('/').at(-1)!] : response;
}

test('every operation says by status which codes it can answer, and what they mean', () => {
  assert(operations.length > 100);
  for (const { label, operation } of operations) {
    const codes = operation['x-problems'];
    assert(codes.includes('INTERNAL') && codes.includes('UNAVAILABLE'), label);
    for (const code of codes) {
      const response = responseOf(operation, problems[code].status);
      const described = response?.content?.['application/problem+json']?.schema.properties.code.enum;
      assert(described?.includes(code), `${label} does not describe ${code}`);
      if (!response!.description.includes(code))
        assert.equal(operation.responses[problems[code].status]?.$ref, undefined);
      else assert(response!.description.includes(problems[code].title), `${label} does not say what ${code} means`);
    }
  }
});

test('a purchase, a hold and a change say what they can be refused with', () => {
  const codesOf = (label: string) => operations.find((one) => one.label === label)!.operation['x-problems'];
  const purchase = codesOf('POST /api/tickets/purchase');
  for (const code of [
    'PAYMENT_DECLINED',
    'RESERVATION_EXPIRED',
    'IDEMPOTENCY_KEY_REUSED',
    'IDEMPOTENCY_KEYS_DIFFER',
  ] as const)
    assert(purchase.includes(code), code);
  assert(codesOf('POST /api/tickets/reserve').includes('SOLD_OUT'));
  assert(codesOf('PUT /api/events/{eventId}').includes('VERSION_MISMATCH'));
  assert(codesOf('GET /api/venues/{venueId}').includes('VENUE_NOT_FOUND'));
  assert(!codesOf('GET /api/venues/{venueId}').includes('IN_USE'));
  assert(codesOf('GET /api/events').includes('CURSOR_INVALID'));
});

test('what comes of an id that is longer than any is a code that the operation describes', async () => {
  const withIds = operations.filter(({ label }) => label.includes('{'));
  assert(withIds.length > 60);
  for (const { label, operation } of withIds) {
    const [method, url] = label.replace(/\{\w+\}/g, 'x'.repeat(4_000)).split(' ') as ['GET', string];
    const answer = await app.inject({ method, url });
    const { code } = answer.json();
    assert(operation['x-problems'].includes(code), `${label}: ${code}`);
  }
});

test('what an operation refers to is there', () => {
  for (const [, ref] of text.matchAll(/"\$ref":"#\/components\/(responses\/[^"]+)"/g)) {
    assert(ref!.split('/')[1]! in components.responses, ref!);
  }
  assert('Problem' in components.schemas);
  assert(text.length < 1_500_000, `the description has ${text.length} bytes`);
});

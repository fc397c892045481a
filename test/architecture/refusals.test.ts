import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../../src/contract/problems/kind.ts';
import { type ProblemCode, problems, type Refusal, type RefusalOf } from '../../src/contract/problems.ts';
import type { BookingRefusals } from '../../src/features/booking/index.ts';
import type { CatalogRefusals } from '../../src/features/catalog/index.ts';
import type { IdentityRefusals } from '../../src/features/identity/index.ts';
import type { ImportRefusals } from '../../src/features/import/index.ts';
import type { InventoryRefusals } from '../../src/features/inventory/index.ts';
import type { OrganizersRefusals } from '../../src/features/organizers/index.ts';
import type { PaymentsRefusals } from '../../src/features/payments/index.ts';
import type { PricingRefusals } from '../../src/features/pricing/index.ts';
import type { SearchRefusals } from '../../src/features/search/index.ts';
import type { SeatingRefusals } from '../../src/features/seating/index.ts';
import type { TicketsRefusals } from '../../src/features/tickets/index.ts';
import type { Decision } from '../../src/kernel/decision.ts';
import { acceptedValue, Refused } from '../../src/platform/http/refused.ts';
import { readSourceFiles } from './source-files.ts';

/** What every slice refuses with. The others (accounting, audit, mail, privacy, verify) have no refusals of their own. */
type SliceRefusals =
  | BookingRefusals
  | CatalogRefusals
  | IdentityRefusals
  | ImportRefusals
  | InventoryRefusals
  | OrganizersRefusals
  | PaymentsRefusals
  | PricingRefusals
  | SearchRefusals
  | SeatingRefusals
  | TicketsRefusals;

/** Codes of some refusals that reach no status. */
type Unmapped<R extends { readonly code: string }> = Exclude<R['code'], ProblemCode>;

/** Facts of some refusals that the table does not know; the faults of seating plans become `errors` at their edge. */
type Undeclared<R> = R extends { readonly code: infer Code extends ProblemCode }
  ? Exclude<
      keyof R,
      'faults' | (RefusalOf<Code> extends infer Known ? (Known extends Known ? keyof Known : never) : never)
    >
  : never;

/** Compiles for no members only. */
function noneOf<_Members extends never>(): void {}

test('every refusal of every slice reaches a status, with facts that the table knows', () => {
  noneOf<Unmapped<SliceRefusals>>();
  noneOf<Undeclared<SliceRefusals>>();
  // @ts-expect-error a code that nobody has mapped
  noneOf<Unmapped<SliceRefusals | { readonly code: 'NEW_CODE' }>>();
  // @ts-expect-error a fact that nobody has declared
  noneOf<Undeclared<SliceRefusals | { readonly code: 'SOLD_OUT'; readonly colour: string }>>();
});

test('a code that reaches no status, and a fact that its code does not have, do not compile', () => {
  type NewCode = { readonly code: 'SOLD_OUT' } | { readonly code: 'NEW_CODE' };
  const decided = { accepted: true, value: 1 } as Decision<number, NewCode>;
  // @ts-expect-error NEW_CODE is not in the table
  assert.equal(acceptedValue(decided), 1);
  // @ts-expect-error NEW_CODE is not in the table
  new Refused({ code: 'NEW_CODE' });
  const widened: { readonly code: string } = { code: 'SOLD_OUT' };
  // @ts-expect-error a code that is any text may be one that is not in the table
  new Refused(widened);
  // @ts-expect-error its limit is missing
  new Refused({ code: 'LIMIT_PER_RESERVATION' });
  // @ts-expect-error nobody has declared this fact
  new Refused({ code: 'SOLD_OUT', colour: 'red' });
  // @ts-expect-error a limit is a number
  new Refused({ code: 'LIMIT_PER_RESERVATION', limit: '4' });
  new Refused({ code: 'LIMIT_PER_RESERVATION', limit: 4 });
});

test('sentences know the types of their facts', () => {
  const expiring = { status: 410, title: 'It is over', facts: problems.RESERVATION_EXPIRED.facts } as const;
  const kind = problem({ ...expiring, detail: ({ expiredAt }) => `At ${expiredAt.slice(0, 10)}.` });
  assert.equal(kind.detail?.({ expiredAt: '2027-01-15T12:00:00.000Z' }), 'At 2027-01-15.');
  // @ts-expect-error no such fact
  problem({ ...expiring, detail: ({ limit }) => `At most ${limit}.` });
});

test('a moment is milliseconds inside, and text where it was written so', () => {
  const inside: RefusalOf<'RESERVATION_EXPIRED'> = { code: 'RESERVATION_EXPIRED', expiredAt: 1_800_000_000_000 };
  const written: RefusalOf<'RESERVATION_EXPIRED'> = {
    code: 'RESERVATION_EXPIRED',
    expiredAt: '2027-01-15T08:00:00.000Z',
  };
  const all: Refusal[] = [inside, written];
  assert.equal(all.length, 2);
});

test('every code has a status of an error and one line of meaning', () => {
  for (const code of Object.keys(problems) as ProblemCode[]) {
    const { status, title } = problems[code];
    assert.match(code, /^[A-Z]+(_[A-Z]+)*$/);
    assert(status >= 400 && status <= 599, code);
    assert.match(title, /^[^\n]{5,120}$/, code);
  }
});

test('the table has no code that nothing refuses with', () => {
  const source = readSourceFiles('src')
    .filter(({ path }) => !path.startsWith('src/contract/') && !path.endsWith('.test.ts'))
    .map(({ lines }) => lines.join('\n'))
    .join('\n');
  const used = new Set([...source.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code]) => code!));
  assert.deepEqual(
    Object.keys(problems).filter((code) => !used.has(code)),
    [],
  );
});

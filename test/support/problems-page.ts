import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { bookingProblems } from '../../src/contract/problems/booking.ts';
import { catalogProblems } from '../../src/contract/problems/catalog.ts';
import { edgeProblems } from '../../src/contract/problems/edge.ts';
import { identityProblems } from '../../src/contract/problems/identity.ts';
import { inventoryProblems } from '../../src/contract/problems/inventory.ts';
import type { AnyProblemKind } from '../../src/contract/problems/kind.ts';
import { pricingProblems } from '../../src/contract/problems/pricing.ts';

/** Where the page lies. `npm run problems` writes it, and a test fails when it is not what this makes. */
export const problemsPath = join(import.meta.dirname, '../../docs/problems.md');

const areas: readonly (readonly [string, Readonly<Record<string, AnyProblemKind>>])[] = [
  ['Any route', edgeProblems],
  ['Shows, venues, seating plans, imports', catalogProblems],
  ['Holds and tickets', inventoryProblems],
  ['Prices, codes, allocations', pricingProblems],
  ['Purchases, bookings, payments', bookingProblems],
  ['Accounts, logins, organisers', identityProblems],
];

const head = `# Problems

<!-- Made of src/contract/problems/ by \`npm run problems\`. Change it there. -->

Every answer with a status of 400 or more is a problem (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`,
\`code\`, often a \`detail\` for people, \`traceId\` (the correlation id of the request), and the facts below as further members.
Programs decide by \`code\`; codes never change their meaning. Which codes one route can answer stands in \`/openapi.json\`: by
status in its responses, and as a list in \`x-problems\`. In the code a route names them in \`config.problems\`.
`;

/** The page. */
export function problemsPage(): string {
  const sections = areas.map(([name, kinds]) => {
    const rows = Object.entries(kinds)
      .sort(([a, { status: one }], [b, { status: other }]) => one - other || (a < b ? -1 : 1))
      .map(([code, kind]) => `| \`${code}\` | ${kind.status} | ${meaningOf(kind)} | ${factsOf(kind)} |`);
    return [`## ${name}`, '', '| Code | Status | Meaning | Facts |', '|---|---|---|---|', ...rows, ''].join('\n');
  });
  return [head, ...sections].join('\n');
}

function meaningOf({ title, detail }: AnyProblemKind): string {
  // Other sentences are made of facts.
  const sentence = detail?.length === 0 ? ` ${(detail as () => string)()}` : '';
  return `${title}.${sentence}`.replaceAll('|', '\\|').replaceAll(/([<>])/g, '\\$1');
}

function factsOf({ facts = {} }: AnyProblemKind): string {
  return Object.entries(facts)
    .map(([name, schema]) => `\`${name}\` (${typeOf(schema)})`)
    .join(', ');
}

function typeOf(schema: TSchema): string {
  const { type, format, anyOf, items, enum: words } = schema as TSchema & Record<string, unknown>;
  if (words) return (words as string[]).map((word) => `\`${word}\``).join(' or ');
  if (anyOf) return (anyOf as TSchema[]).map(typeOf).join(' or ');
  if (type === 'array') return `list: ${typeOf(items as TSchema)}`;
  if (type === 'object') return Object.keys((schema as { properties?: object }).properties ?? {}).join(', ');
  if (format === 'date-time') return 'time';
  return { string: 'text', integer: 'number', number: 'number', null: 'null' }[String(type)] ?? String(type);
}

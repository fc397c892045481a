import type { ProblemCode } from '../../../contract/problems.ts';
import { type Example, type Examples, sampleOf, type Values } from './example.ts';
import { accountExamples } from './examples/account.ts';
import { shopExamples } from './examples/shop.ts';
import { operationExamples, staffExamples } from './examples/staff.ts';
import { type GroupName, groupOf, groups } from './groups.ts';

/** A JSON schema, as far as the reference shows it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly readOnly?: boolean;
}

type Content = Record<string, { schema?: Schema; example?: unknown }>;

export interface Operation {
  tags?: string[];
  readonly summary?: string;
  readonly description?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
    example?: unknown;
  }[];
  requestBody?: { required?: boolean; content: Content };
  readonly responses?: Record<string, { description?: string; content?: Content }>;
  readonly 'x-access'?: string;
  readonly 'x-staff'?: readonly string[];
  /** The codes that it can refuse with, by status. */
  readonly 'x-problems'?: readonly ProblemCode[];
  /** What its slice says it is about; the tag is its group. */
  'x-subject'?: string;
  /** The route that this one is another name of. */
  'x-alias-of'?: string;
}

/** The OpenAPI document, as far as the reference reads and completes it. */
export interface ApiDocument {
  readonly info: { readonly version: string };
  tags?: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** In the order in which a buyer, then staff, would ask. */
export const examples: Examples = { ...shopExamples, ...accountExamples, ...staffExamples, ...operationExamples };

/** Other names of the same routes. */
const aliases: Readonly<Record<string, string>> = {
  'GET /search': 'GET /api/search',
  'POST /api/bookings': 'POST /api/tickets/purchase',
  'POST /api/auth/logout/everywhere': 'POST /api/auth/logout-all',
};

/** The route that a route is another name of, or itself. */
function mainName(label: string): string {
  return aliases[label] ?? label.replace(/ \/api\/ticket(?=\/|$)/, ' /api/tickets');
}

/** How a route is asked on the demo; undefined if nobody has said. */
export function exampleOf(label: string): Example | undefined {
  return examples[mainName(label)];
}

/** Gives every route its group, in their order, and its example; the order of paths is that of a sale. */
export function describeApi<Document extends object>(document: Document): Document {
  const api = document as unknown as ApiDocument;
  api.tags = groups.map(({ name, about }) => ({ name, description: about }));
  for (const { path, label, operation } of operationsOf(api)) {
    const subject = operation.tags?.[0] ?? '';
    operation['x-subject'] = subject;
    operation.tags = [groupOf({ path, subject, access: operation['x-access'] ?? 'public' })];
    if (mainName(label) !== label) operation['x-alias-of'] = mainName(label);
    const example = exampleOf(label);
    if (example) illustrate(operation, example);
  }
  const place = new Map(Object.keys(examples).map((label, i) => [label, i]));
  const rank = ([path, item]: [string, Record<string, Operation>]) =>
    Math.min(...Object.keys(item).map((method) => place.get(mainName(labelOf(method, path))) ?? place.size));
  api.paths = Object.fromEntries(Object.entries(api.paths).sort((a, b) => rank(a) - rank(b)));
  return document;
}

function illustrate(operation: Operation, example: Example): void {
  const values: Record<string, Values | undefined> = {
    path: example.path,
    query: example.query,
    header: example.headers,
  };
  for (const parameter of operation.parameters ?? []) {
    const value = values[parameter.in]?.[parameter.name];
    if (value !== undefined) parameter.example = sampleOf(value);
  }
  // An example is one document of JSON: lines of it, a page or bytes are other forms, which it does not show.
  const isJson = (type: string) => /[/+]json$/.test(type);
  const contents = Object.entries(operation.requestBody?.content ?? {});
  for (const [, content] of contents.filter(([type]) => isJson(type))) {
    if (example.body !== undefined) content.example = sampleOf(example.body);
  }
}

export interface Described {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation of a document. */
export function operationsOf({ paths }: ApiDocument): Described[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      label: labelOf(method, path),
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** The operations of a group in the order of their examples, each with its other names. */
export function operationsIn(api: ApiDocument, group: GroupName): (Described & { readonly others: string[] })[] {
  const all = operationsOf(api).filter(({ operation }) => operation.tags?.includes(group));
  const place = new Map(Object.keys(examples).map((label, i) => [label, i]));
  return all
    .filter(({ operation }) => operation['x-alias-of'] === undefined)
    .sort((a, b) => (place.get(a.label) ?? place.size) - (place.get(b.label) ?? place.size))
    .map((one) => ({
      ...one,
      others: all.filter(({ operation }) => operation['x-alias-of'] === one.label).map(({ label }) => label),
    }));
}

function labelOf(method: string, path: string): string {
  return `${method.toUpperCase()} ${path}`;
}

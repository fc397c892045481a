import { type ProblemCode, problems as problemTable } from '../../../contract/problems.ts';
import { escapeHtml } from '../../../kernel/html.ts';
import { byStatus } from '../route-problems.ts';
import { type ApiDocument, type Described, exampleOf, type Operation, operationsIn, type Schema } from './describe.ts';
import { type Blank, type Example, isBlank, sampleOf, sampleRequest } from './example.ts';
import { groups } from './groups.ts';

const logo =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="ring" d="M16 1.5a14.5 14.5 0 0 1 14.5 12.2 2.4 2.4 0 0 0 0 4.6A14.5 14.5 0 1 1 16 1.5Z"/><circle class="dot" cx="14.5" cy="16" r="6.2"/></svg>';
/** Deeper, a form is read in the OpenAPI document. */
const depthMax = 3;

/** The reference as a page, whole: it is read without a script, which only tries the examples. `origin` is where it is served. */
export function docsPage(api: ApiDocument, origin: string): string {
  const chapters = groups.map((group) => ({ ...group, operations: operationsIn(api, group.name) }));
  const links = chapters
    .map(({ name, operations }) => `<li><a href="#${name}">${name} <small>${operations.length}</small></a></li>`)
    .join('');
  const text = chapters
    .map(
      ({ name, about, operations }) =>
        `<section aria-labelledby="${name}"><h2 id="${name}">${name}</h2><p class="about">${about}</p>${bySubject(operations, origin)}</section>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Onsale API</title><link rel="stylesheet" href="/docs/static/docs.css"></head>
<body><a class="skip" href="#main">To the reference</a>
<header class="top"><a class="logo" href="/docs">${logo}Onsale</a><span class="version">API ${escapeHtml(api.info.version)}</span><span class="grow"></span>
<a href="/openapi.json">OpenAPI</a><button type="button" id="theme" hidden>Dark</button></header>
<div class="page"><nav class="side" aria-label="Groups"><ul>${links}</ul></nav>
<main id="main"><h1>Sell tickets by HTTP</h1>
<p class="lead">Every request that Onsale answers, in the order of a sale: find a show, hold seats, pay once, get tickets.</p>
<div class="steps"><p>The examples work on the demo that <code>npm start</code> loads: two shows in Porto, and cards that move no money.</p>
<p>Guests send the <code>X-Session-Token</code> that their first hold answered, accounts and keys <code>Authorization: Bearer …</code>. A refusal is
<code>application/problem+json</code> with a <code>code</code> that never changes.</p>
<div class="key" hidden><label for="key">Key for what staff do (<code>data/owner.key</code>)</label><input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="onsale_…"></div></div>
${text}
</main></div>
<script src="/docs/static/docs.js" defer></script></body></html>
`;
}

type Listed = Described & { readonly others: readonly string[] };

/** In a large group what belongs together stands under a heading of its own. */
function bySubject(operations: readonly Listed[], origin: string): string {
  const subjects = Map.groupBy(operations, ({ operation }) => operation['x-subject'] ?? '');
  const isSmall = subjects.size < 2;
  return [...subjects]
    .map(
      ([subject, some]) =>
        (isSmall ? '' : `<h3>${escapeHtml(subject)}</h3>`) +
        some.map((one) => operationText(one, { origin, heading: isSmall ? 'h3' : 'h4' })).join('\n'),
    )
    .join('\n');
}

interface Place {
  readonly origin: string;
  /** The level of headings within a request, below that of where it stands. */
  readonly heading: 'h3' | 'h4';
}

function operationText({ label, method, path, operation, others }: Listed, place: Place): string {
  const { heading } = place;
  const { summary = label, description, parameters = [], requestBody } = operation;
  const example = exampleOf(label);
  const content = Object.values(requestBody?.content ?? {})[0];
  const parts = [
    description && `<p>${prose(description)}</p>`,
    others.length > 0 && `<p>Also at ${others.map((other) => `<code>${escapeHtml(other)}</code>`).join(', ')}.</p>`,
    parameters.length > 0 && `<${heading}>Parameters</${heading}>${fieldTable(parameters.map(parameterRow))}`,
    content?.schema && fold('Body', schemaText(content.schema)),
    example && exampleText(label, example, place),
    answersText(operation),
  ].filter((part) => typeof part === 'string');
  return `<details class="op" id="${escapeHtml(idOf(label))}"><summary><span class="method ${method.toLowerCase()}">${method}</span>
<span class="what">${prose(summary)} <span class="address">${escapeHtml(path)}</span></span>${whoText(operation)}</summary>
<div class="more">${parts.join('\n')}</div></details>`;
}

/** `post-api-tickets-reserve` */
function idOf(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}

function whoText({ 'x-access': access = 'public' }: Operation): string {
  return access === 'public'
    ? ''
    : `<span class="who">${access === 'account' ? 'signed in' : `right: ${access}`}</span>`;
}

/** Text in which `code` stands between backticks. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function fold(title: string, content: string): string {
  return `<details class="fold"><summary>${title}</summary>${content}</details>`;
}

interface Row {
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: string;
  readonly about: string;
}

function fieldTable(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, isRequired, type, about }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td><span>${escapeHtml(type)}${isRequired ? ', <b>required</b>' : ''}</span>${about && `<br>${prose(about)}`}</td></tr>`,
  );
  return `<table class="fields"><tbody>${lines.join('')}</tbody></table>`;
}

function parameterRow(parameter: NonNullable<Operation['parameters']>[number]): Row {
  const { name, in: place, required = false, description, schema = {} } = parameter;
  const where = place === 'path' ? '' : `, in the ${place === 'query' ? 'query' : 'header'}`;
  return {
    name,
    isRequired: required,
    type: `${typeOf(schema)}${where}`,
    about: description ?? schema.description ?? '',
  };
}

function schemaText(schema: Schema): string {
  const rows = rowsOf(schema, '', 1);
  const about = schema.description && `<p class="none">${prose(schema.description)}</p>`;
  return (about ?? '') + (rows.length > 0 ? fieldTable(rows) : `<p class="none">${escapeHtml(typeOf(schema))}</p>`);
}

/** The members of a form, those of forms within it by their whole names. */
function rowsOf(schema: Schema, within: string, depth: number): Row[] {
  const form = formOf(schema);
  if (form.type === 'array' && form.items) return rowsOf(form.items, `${within}[]`, depth);
  return Object.entries(form.properties ?? {}).flatMap(([name, member]) => {
    if (member.readOnly) return [];
    const path = within === '' ? name : `${within}.${name}`;
    const row = {
      name: path,
      isRequired: form.required?.includes(name) ?? false,
      type: typeOf(member),
      about: member.description ?? '',
    };
    return depth < depthMax ? [row, ...rowsOf(member, path, depth + 1)] : [row];
  });
}

/** What a form is where it is not null. */
function formOf(schema: Schema): Schema {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.type === 'array')
    return `list of ${schema.items ? typeOf(schema.items).replace(/^[\w ]+?(?=,|$)/, '$&s') : 'anything'}`;
  const { type = 'anything', format, minimum, maximum, maxLength, default: other } = schema;
  const words: Record<string, string> = { integer: 'whole number', boolean: 'true or false', string: 'text' };
  const kinds: Record<string, string> = {
    uuid: 'UUID',
    email: 'mail address',
    uri: 'address',
    date: 'day',
    instant: 'time',
  };
  const limits = [
    minimum !== undefined && maximum !== undefined && maximum < 2 ** 31 - 1 && `${minimum} to ${maximum}`,
    maxLength !== undefined && kinds[format ?? ''] === undefined && `up to ${maxLength}`,
    other !== undefined && `else ${JSON.stringify(other)}`,
  ].filter((limit) => typeof limit === 'string');
  return [kinds[format ?? ''] ?? words[type] ?? type, ...limits].join(', ');
}

function exampleText(label: string, example: Example, { origin, heading }: Place): string {
  const blanks = blanksIn([example.path, example.query, example.headers, example.body]);
  const list = blanks.map(blankText).filter((text) => text !== '');
  const hints =
    list.length > 0 ? `<ul class="blanks">${[...new Set(list)].map((hint) => `<li>${hint}</li>`).join('')}</ul>` : '';
  const expects =
    example.answers === undefined
      ? ''
      : `<p>On the demo it answers ${example.answers}: there is nothing of that kind.</p>`;
  return `<${heading}>Example</${heading}><pre>${curlOf(label, example, origin)}</pre>${hints}${expects}
<button type="button" class="main" data-try="${escapeHtml(label)}" hidden>Try it on this server</button><output class="answer"></output>`;
}

function blanksIn(value: unknown): Blank[] {
  if (isBlank(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(blanksIn) : [];
}

/** Where a value comes from that the example cannot know. */
function blankText({ from, mailed, isCode, sample }: Blank): string {
  if (from === undefined) return '';
  const label = from.replace(/#.*/, '');
  const source = `<a href="#${idOf(label)}">${escapeHtml(label)}</a>`;
  const what = `<code>${escapeHtml(String(sample))}</code>`;
  if (isCode) return `${what} is what an authenticator app shows for the secret that ${source} answered`;
  return mailed === undefined
    ? `${what} is what ${source} answered`
    : `${what} stands in the mail that ${source} sends`;
}

function curlOf(label: string, example: Example, origin: string): string {
  const { method, url, body } = sampleRequest(label, example);
  const who = {
    anybody: undefined,
    guest: 'X-Session-Token: $session',
    account: 'Authorization: Bearer $accessToken',
    staff: 'Authorization: Bearer $(cat data/owner.key)',
  }[example.as];
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"<span class="origin">${escapeHtml(origin)}</span>${escapeHtml(url)}"`,
    who && escapeHtml(`-H "${who}"`),
    ...Object.entries(sampleOf(example.headers ?? {}) as object).map(([name, value]) =>
      escapeHtml(`-H "${name}: ${String(value)}"`),
    ),
    ...(body === undefined
      ? []
      : [
          escapeHtml(`-H "Content-Type: ${example.contentType ?? 'application/json'}"`),
          escapeHtml(`-d '${JSON.stringify(body, null, 2)}'`),
        ]),
  ];
  return lines.filter((line) => line !== undefined).join(' \\\n  ');
}

function answersText({ responses = {}, 'x-problems': problems = [] }: Operation): string {
  const answers = Object.entries(responses)
    .filter(([status]) => !(Number(status) >= 400 && problems.length > 0))
    .map(([status, { description, content }]) => {
      const schema = Object.values(content ?? {})[0]?.schema;
      const words = description && description !== 'Default Response' ? `: ${prose(description)}` : '';
      const title = `Answers ${status.toLowerCase()}${words}`;
      return schema && status < '4' ? fold(title, schemaText(schema)) : `<p>${title}</p>`;
    })
    .join('\n');
  return `${answers}\n${problemsText(problems)}`;
}

/** The codes that a route can refuse with, by status, and what each means. */
function problemsText(problems: readonly ProblemCode[]): string {
  if (problems.length === 0) return '';
  const items = [...byStatus(problems)].flatMap(([status, codes]) =>
    codes.map((code) => `<li>${status} <code>${code}</code>: ${escapeHtml(problemTable[code].title)}</li>`),
  );
  return fold('Problems', `<ul class="blanks">${items.join('')}</ul>`);
}

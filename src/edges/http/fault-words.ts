import type { ErrorObject } from 'ajv';

/** A fault of a request, for a person: which field, as a JSON pointer, and what it must be. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** More faults than these help nobody. */
export const faultsMax = 20;
/** Of so many findings the faults are made: an alternative that does not fit gives several. */
const findingsMax = 200;

/** What is asked of a text of each format, for people. A format without words fails a test. */
export const formatWords: Readonly<Record<string, string>> = {
  'clean-text': 'must be text that can be stored: without NUL and halves of characters',
  'one-line': 'must be on one line, without control characters',
  'person-name': 'must be a name on one line, without control characters and addresses of web pages',
  'vat-id': 'must be a VAT id with the letters of its country, like DE123456789',
  instant: 'must be a date and time with its zone, like 2030-06-01T20:00:00+02:00',
  'event-time': 'must be a date and time, like 2030-06-01T20:00:00+02:00, or without a zone as clocks show it there',
  uuid: 'must be an id like 0190a6f2-7c1e-7d3a-9b52-3f6c1d2e4a5b',
  email: 'must be a mail address, like ana@example.com',
  uri: 'must be a web address that begins with http:// or https://',
  date: 'must be a day, like 2030-06-01',
};

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** The faults behind a validator's findings (all of them, with the schemas they come from), each said once. */
export function wordFaults(findings: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const fault of explain(findings.slice(0, findingsMax))) {
    if (faults.size >= faultsMax) break;
    faults.set(`${fault.field} ${fault.message}`, fault);
  }
  return [...faults.values()];
}

/** Findings within a choice are no faults yet: the choice says which of them are. */
function explain(findings: readonly ErrorObject[]): Fault[] {
  const choices = findings.filter(({ keyword }) => keyword === 'anyOf');
  return findings
    .filter((finding) => !choices.some((choice) => isWithin(finding, choice)))
    .flatMap((finding) => {
      if (finding.keyword !== 'anyOf') return wordFinding(finding);
      return explainChoice(
        finding,
        findings.filter((each) => isWithin(each, finding)),
      );
    });
}

function isWithin(finding: ErrorObject, choice: ErrorObject): boolean {
  const { instancePath, schemaPath } = finding;
  const isBelow = instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`);
  return isBelow && schemaPath.startsWith(`${choice.schemaPath}/`);
}

/** The faults of the alternative that was meant: one whose type fits. If none does, what the types are. */
function explainChoice(choice: ErrorObject, within: readonly ErrorObject[]): Fault[] {
  const alternatives = (choice.parentSchema as { anyOf: readonly Said[] }).anyOf;
  const meant = alternatives
    .map((_, index) => within.filter(({ schemaPath }) => schemaPath.startsWith(`${choice.schemaPath}/${index}/`)))
    .filter((part) => !part.some((each) => isOfOtherType(each, choice)))
    .map(explain)
    .sort((a, b) => a.length - b.length)[0];
  if (meant) return meant;
  const words = alternatives.flatMap(
    (said) => said.enum?.map(String) ?? typeWords[said.type ?? ''] ?? 'something else',
  );
  return [{ field: choice.instancePath, message: `must be ${listed([...new Set(words)])}` }];
}

function isOfOtherType({ keyword, instancePath }: ErrorObject, choice: ErrorObject): boolean {
  return instancePath === choice.instancePath && (keyword === 'type' || keyword === 'const');
}

/** What a finding's schema says beside the keyword that it is about. */
interface Said {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The form of a text in words, see `Formed`. */
  readonly 'x-fault'?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

function wordFinding({ keyword, instancePath, params, parentSchema = {} }: ErrorObject): Fault[] {
  const said = parentSchema as Said;
  const at = (member: string) => `${instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (keyword === 'additionalProperties')
    return [{ field: at(params.additionalProperty), message: 'is not known here' }];
  if (keyword === 'required') return [{ field: at(params.missingProperty), message: 'is missing' }];
  return [{ field: instancePath, message: wordsOf(keyword, params, said) }];
}

function wordsOf(keyword: string, params: Record<string, unknown>, said: Said): string {
  const { limit } = params as { limit?: number };
  switch (keyword) {
    case 'type':
      // What the values are says the type too: one fault, not two.
      if (said.enum) return oneOf(said.enum);
      if (said.const !== undefined) return exactly(said.const);
      return `must be ${typeWords[String(params.type)] ?? 'something else'}${rangeOf(said)}`;
    case 'minimum':
    case 'maximum':
      return `must be ${typeWords[said.type ?? 'number']}${rangeOf(said)}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'minLength':
      return said['x-fault'] ?? (limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`);
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'pattern':
      return said['x-fault'] ?? 'has another form';
    case 'format':
      return formatWords[String(params.format)] ?? 'has another form';
    case 'minItems':
      return limit === 1 ? 'must have at least one entry' : `must have at least ${limit} entries`;
    case 'maxItems':
      return `must have at most ${limit} entries`;
    case 'minProperties':
      return limit === 1 ? 'must have at least one member' : `must have at least ${limit} members`;
    case 'uniqueItems':
      return 'must not have the same entry twice';
    case 'enum':
      return oneOf(params.allowedValues as unknown[]);
    case 'const':
      return exactly(params.allowedValue);
    default:
      return 'is not what is asked for here';
  }
}

function rangeOf({ minimum, maximum }: Said): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

function oneOf(values: readonly unknown[]): string {
  return `must be ${listed(values.map(String))}`;
}

function exactly(value: unknown): string {
  return `must be ${JSON.stringify(value)}`;
}

/** `a, b or c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

import { Ajv, type Format, type ValidateFunction } from 'ajv';
import { isCleanText, isOneLine } from '../../kernel/clean-text.ts';
import { isUuid } from '../../kernel/ids.ts';
import { parseInstant, parseWrittenTime } from '../../kernel/instant.ts';
import { isPersonName } from '../../kernel/person-name.ts';
import { isVatId } from '../../kernel/vat-id.ts';
import { nullsAsAbsent } from './absent-nulls.ts';
import { type Fault, wordFaults } from './fault-words.ts';

const emailPattern = /^[^\s@"<>()[\],;:\\]+@[^\s@"<>()[\],;:\\.]+(\.[^\s@"<>()[\],;:\\.]+)+$/;

/** Every text of a request must be storable and printable: `clean-text` is part of each of these. */
export const formats: Record<string, Format> = {
  'clean-text': isCleanText,
  'one-line': isOneLine,
  'person-name': isPersonName,
  'vat-id': isVatId,
  instant: (text: string) => parseInstant(text) !== undefined,
  'event-time': (text: string) => parseWrittenTime(text) !== undefined,
  uuid: isUuid,
  email: (text: string) => isOneLine(text) && emailPattern.test(text),
  uri: (text: string) => isOneLine(text) && URL.canParse(text) && /^https?:/.test(text),
  date: (text: string) => {
    if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
    try {
      return Boolean(Temporal.PlainDate.from(text));
    } catch {
      return false;
    }
  },
};

const options = {
  removeAdditional: false,
  useDefaults: true,
  allowUnionTypes: true,
  formats,
  strict: false,
  // Findings say their schema, so that they can be put into words.
  verbose: true,
} as const;
/** Bodies are taken as they are ("2" is no number). */
const bodies = { ...options, coerceTypes: false } as const;
/** What comes as text (query, path, headers) is read as what the schema says. */
const texts = { ...options, coerceTypes: 'array' } as const;
const quick = { body: new Ajv(bodies), text: new Ajv(texts) };
const thorough = { body: new Ajv({ ...bodies, allErrors: true }), text: new Ajv({ ...texts, allErrors: true }) };
/** Of something with more parts than these only the first fault is looked for: whoever sends nonsense does not make us work. */
const partsMax = 2_000;

/**
 * Compiles a route's schema. Null in a body is as absent where it means nothing else. What fits, as nearly everything
 * does, is looked at once, up to the first fault; only what does not fit is looked at again for all faults, by a validator
 * that is made when it is needed first. `errors` are {@link Fault}s then.
 */
export function compileValidator({
  schema,
  httpPart,
}: {
  schema: unknown;
  httpPart?: string | undefined;
}): ValidateFunction {
  const kind = httpPart === 'body' ? 'body' : 'text';
  const compiled = quick[kind].compile(schema as object);
  const validate = kind === 'body' ? nullsAsAbsent(compiled, schema as object) : compiled;
  let all: ValidateFunction | undefined;

  function faultsOf(value: unknown): Fault[] {
    const isSmall = countParts(value, partsMax) <= partsMax;
    if (isSmall) all ??= thorough[kind].compile(schema as object);
    const findings = isSmall && !all!(value) ? all!.errors : validate.errors;
    return wordFaults(findings ?? []);
  }
  function fits(value: unknown): boolean {
    const isFit = validate(value);
    if (!isFit) fits.errors = faultsOf(value) as unknown as ValidateFunction['errors'];
    return isFit;
  }
  fits.errors = null as ValidateFunction['errors'];
  return Object.assign(fits, { schema, schemaEnv: compiled.schemaEnv }) as unknown as ValidateFunction;
}

/** How many values there are in a value, itself included; stops counting past `max`. */
function countParts(value: unknown, max: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let parts = 1;
  for (const member of Object.values(value)) {
    parts += countParts(member, max - parts);
    if (parts > max) break;
  }
  return parts;
}

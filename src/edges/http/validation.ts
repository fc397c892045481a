import { Ajv, type Format, type ValidateFunction } from 'ajv';
import { isCleanText } from '../../kernel/clean-text.ts';
import { isUuid } from '../../kernel/ids.ts';
import { parseInstant, parseWrittenTime } from '../../kernel/instant.ts';
import { nullsAsAbsent } from './absent-nulls.ts';

const emailPattern = /^[^\s@"<>()[\],;:\\]+@[^\s@"<>()[\],;:\\.]+(\.[^\s@"<>()[\],;:\\.]+)+$/;

/** Every text of a request must be storable and printable: `clean-text` is part of each of these. */
const formats: Record<string, Format> = {
  'clean-text': isCleanText,
  instant: (text: string) => parseInstant(text) !== undefined,
  'event-time': (text: string) => parseWrittenTime(text) !== undefined,
  uuid: isUuid,
  email: (text: string) => isCleanText(text) && emailPattern.test(text),
  uri: (text: string) => isCleanText(text) && URL.canParse(text) && /^https?:/.test(text),
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
  allErrors: false,
  removeAdditional: false,
  useDefaults: true,
  allowUnionTypes: true,
  formats,
  strict: false,
} as const;
const exact = new Ajv({ ...options, coerceTypes: false });
const fromText = new Ajv({ ...options, coerceTypes: 'array' });

/**
 * Compiles a route's schema. Bodies are taken as they are ("2" is no number), but for null, which is as absent where it
 * means nothing else; what comes as text (query, path, headers) is read as what the schema says.
 */
export function compileValidator({
  schema,
  httpPart,
}: {
  schema: unknown;
  httpPart?: string | undefined;
}): ValidateFunction {
  if (httpPart !== 'body') return fromText.compile(schema as object);
  return nullsAsAbsent(exact.compile(schema as object), schema as object);
}

import { type Static, type TOptional, type TSchema, type TUnknown, Type } from 'typebox';

/** Wire schemas that several slices share. Every object refuses unknown properties. */
export const pageSizeMax = 50;

/**
 * Text of several lines that a person typed: 1 to `max` characters, no NUL, no lone surrogates (checked by the format
 * `clean-text`), not only spaces.
 */
export const Text = (max: number, description?: string) => typed('clean-text', max, description);

/**
 * Text of one line: names, titles, codes, whatever stands in a line of its own or in the middle of a sentence. No line breaks
 * and no control characters (the format `one-line`), so that nobody writes paragraphs into a mail of ours. `min` 0: may be empty.
 */
export const OneLine = (max: number, description?: string, min: 0 | 1 = 1) => typed('one-line', max, description, min);

/** Somebody's name: on one line, and no address of a web page (the format `person-name`). */
export const PersonName = (max: number) => typed('person-name', max, undefined);

function typed(format: string, maxLength: number, description: string | undefined, min: 0 | 1 = 1) {
  const filled = min === 1 && { minLength: 1, pattern: '\\S', 'x-fault': 'must not be empty' };
  return Type.String({ maxLength, format, ...filled, ...(description && { description }) });
}

/** Text that may be empty. */
export const FreeText = (maxLength: number) => Type.String({ maxLength, format: 'clean-text' });

export const Uri = () => Type.String({ format: 'uri', maxLength: 2000, description: 'http or https.' });

export const TimeZone = (description: string) => OneLine(64, `IANA time zone, e.g. Atlantic/Canary. ${description}`);

/** Whether somebody without an account may buy. */
export const guestsWords = ['allowed', 'refused'] as const;

/** One of some words. An `enum`, so that a fault lists them once. */
export const OneOf = <const Words extends readonly string[]>(words: Words, description?: string) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...(description && { description }) });

/** The language that somebody is spoken to in. */
export const LanguageName = () =>
  OneOf(
    ['en', 'de'],
    'Of mails, tickets on paper and receipts. Left out: what Accept-Language asks for, else English.',
  );

/** Text of a fixed form; `fault` says the form to a person, as the pattern does to a program. */
export const Formed = (pattern: string, fault: string, options: Type.TStringOptions = {}) =>
  Type.String({ ...options, pattern, 'x-fault': fault });

/** An instant on the wire: ISO 8601 with a zone, 1900–2200 (format `instant`). */
export const InstantText = (description?: string) =>
  Type.String({ format: 'instant', maxLength: 40, ...(description && { description }) });

/** A currency by its code. */
export const Currency = () =>
  Formed('^[A-Z]{3}$', 'must be the code of a currency, like EUR', {
    minLength: 3,
    maxLength: 3,
    description: 'ISO 4217.',
  });

export const serialIdMax = 2_147_483_647;

/** A serial id of the database: 1 to 2^31-1. */
export const SerialId = (description?: string) =>
  Type.Integer({ minimum: 1, maximum: serialIdMax, ...(description && { description }) });

export const Uuid = () => Type.String({ format: 'uuid', maxLength: 36 });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** As answers have it where nothing may be said. */
export const NullText = () => Nullable(Type.String());

/** What an answer shows and a change ignores: a body read from us can be sent back. */
export const ignored = <Name extends string>(...names: readonly Name[]): { [name in Name]: TOptional<TUnknown> } => {
  const schema = Type.Optional(Type.Unknown({ readOnly: true, description: 'Read only: ignored.' }));
  return Object.fromEntries(names.map((name) => [name, schema])) as { [name in Name]: TOptional<TUnknown> };
};

export const closed = { additionalProperties: false } as const;

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageSizeMax, default: 20 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'nextCursor of the page before.' })),
};

/** `{items, nextCursor}`: nextCursor is null on the last page. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()), total: Type.Optional(Type.Integer()) });

export type PageOf<T> = { items: T[]; nextCursor: string | null; total?: number };
export type Of<T extends TSchema> = Static<T>;

/** What a schema describes, as a value that nobody changes. */
export type ValueOf<T extends TSchema> = Immutable<Static<T>>;

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

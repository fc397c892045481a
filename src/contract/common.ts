import { type Static, type TSchema, Type } from 'typebox';

/** Wire schemas that several slices share. Every object refuses unknown properties. */
export const pageSizeMax = 50;

/** Text a person typed: 1 to `max` characters, no NUL, no lone surrogates (checked by the format `clean-text`), not only spaces. */
export const Text = (max: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength: max,
    format: 'clean-text',
    pattern: '\\S',
    ...(description && { description }),
  });

/** An instant on the wire: ISO 8601 with a zone, 1900–2200 (format `instant`). */
export const InstantText = (description?: string) =>
  Type.String({ format: 'instant', maxLength: 40, ...(description && { description }) });

export const serialIdMax = 2_147_483_647;

/** A serial id of the database: 1 to 2^31-1. */
export const SerialId = (description?: string) =>
  Type.Integer({ minimum: 1, maximum: serialIdMax, ...(description && { description }) });

export const Uuid = () => Type.String({ format: 'uuid', maxLength: 36 });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

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

/** A JSON schema, as far as request bodies use it. */
export interface BodySchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly required?: readonly string[];
  readonly items?: BodySchema;
  readonly anyOf?: readonly BodySchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly format?: string;
}

/** The least body that fits a schema; `known` gives values by the names of members, wherever they stand. */
export function sampleBody(schema: BodySchema, known: Readonly<Record<string, unknown>>, name = ''): unknown {
  if (name in known) return known[name];
  if (schema.anyOf) return sampleBody(schema.anyOf[0]!, known, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'object' || schema.properties) {
    const properties = Object.entries(schema.properties ?? {});
    const wanted = properties.filter(([each]) => schema.required?.includes(each) || each in known);
    // Where something must be said, the first is.
    if (wanted.length < (schema.minProperties ?? 0)) wanted.push(...properties.slice(0, schema.minProperties));
    return Object.fromEntries(wanted.map(([each, of]) => [each, sampleBody(of, known, each)]));
  }
  if (schema.type === 'array') return schema.items ? [sampleBody(schema.items, known, name)] : [];
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (schema.type === 'boolean') return true;
  if (schema.format === 'email') return 'somebody@mail.example';
  if (schema.format === 'uuid') return '0199aaaa-0000-7000-8000-00000000beef';
  if (schema.format === 'instant') return '2027-05-01T20:00:00Z';
  return 'sample'.padEnd(schema.minLength ?? 0, 'x');
}

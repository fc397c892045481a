import type { ValidateFunction } from 'ajv';

/** A JSON schema, as far as it says where null may stand. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/**
 * A validator of bodies to which null in an optional member is as good as no member: many clients send every member they
 * know. Where the schema takes null it means something (clear this field) and stays. What fits at once, as nearly
 * every body does, is looked at once.
 */
export function nullsAsAbsent(validate: ValidateFunction, schema: object): ValidateFunction {
  function fits(body: unknown): boolean {
    const isFit = validate(body) || (dropNulls([schema as Shape], body) && validate(body));
    fits.errors = validate.errors;
    return isFit as boolean;
  }
  fits.errors = null as ValidateFunction['errors'];
  return Object.assign(fits, { schema, schemaEnv: validate.schemaEnv }) as unknown as ValidateFunction;
}

/** Takes the nulls out of a value that stand where the shapes know an optional member and no null; whether there were any. */
function dropNulls(shapes: readonly Shape[], value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const possible = shapes.flatMap(alternativesOf);
  if (Array.isArray(value)) {
    const items = possible.flatMap((shape) => shape.items ?? []);
    return value.map((item) => dropNulls(items, item)).includes(true);
  }
  const members = value as Record<string, unknown>;
  let isChanged = false;
  for (const [name, member] of Object.entries(members)) {
    const known = possible.flatMap((shape) => shape.properties?.[name] ?? []);
    if (member !== null) {
      isChanged = dropNulls(known, member) || isChanged;
    } else if (
      known.length > 0 &&
      !known.some(takesNull) &&
      !possible.some(({ required }) => required?.includes(name))
    ) {
      delete members[name];
      isChanged = true;
    }
  }
  return isChanged;
}

function alternativesOf(shape: Shape): readonly Shape[] {
  return shape.anyOf === undefined ? [shape] : [shape, ...shape.anyOf.flatMap(alternativesOf)];
}

function takesNull(shape: Shape): boolean {
  if (shape.anyOf) return shape.anyOf.some(takesNull);
  if (shape.enum) return shape.enum.includes(null);
  if (shape.const !== undefined) return shape.const === null;
  return shape.type === undefined || [shape.type].flat().includes('null');
}

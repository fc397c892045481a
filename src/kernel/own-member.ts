/**
 * What a table says of a name that comes from outside, or undefined. Plain access would find what every object inherits: somebody
 * may call a type of show `constructor`.
 */
export function ownMember<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

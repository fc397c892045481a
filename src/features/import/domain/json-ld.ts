/**
 * Reading schema.org facts out of JSON-LD as pages really write it: keys with or without a prefix, values single, in
 * lists, or wrapped (`@value`, `@list`, `@set`), nodes spelled out or named by their `@id`. No network, no context
 * documents: only names that mean schema.org are understood.
 */
export type Node = Readonly<Record<string, unknown>>;

/** A value and its JSON pointer, seen from the document. */
export interface Found {
  readonly value: unknown;
  readonly pointer: string;
}

const prefixes = ['', 'schema:', 'https://schema.org/', 'http://schema.org/'];
/** Two letters, so that no property is taken for one; languages of three letters come with their script or country. */
const languageTag = /^(?:[a-z]{2}|[a-z]{2,3}-[A-Za-z]{2,4}|@none)$/;
const valuesMax = 10_000;
const wrappersMax = 20;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Step of a JSON pointer (RFC 6901). */
export function step(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The name behind `schema:MusicEvent`, `https://schema.org/MusicEvent` and `MusicEvent`. */
function localName(name: string): string {
  return name.trim().replace(/^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/i, '');
}

/** The nodes of a document that have an `@id` and say more than that. */
export type Index = ReadonlyMap<string, Node>;

/** Looks up properties of one node. `pointer` is its place in the document. */
export interface Subject {
  readonly node: Node;
  readonly pointer: string;
  readonly index: Index;
}

/** All values of the first of `keys` that has any: lists and wrappers opened, references followed, nothing null. */
export function valuesOf(subject: Subject, ...keys: string[]): Found[] {
  const values: Found[] = [];
  for (const key of keys) {
    for (const prefix of prefixes) {
      const name = prefix + key;
      if (Object.hasOwn(subject.node, name)) {
        open(subject.node[name], step(subject.pointer, name), subject.index, values, 0);
      }
    }
    if (values.length > 0) break;
  }
  return values;
}

function open(value: unknown, pointer: string, index: Index, values: Found[], depth: number): void {
  if (value === null || value === undefined || values.length >= valuesMax || depth > wrappersMax) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      open(item, step(pointer, i), index, values, depth + 1);
    });
    return;
  }
  if (isNode(value)) {
    for (const wrapper of ['@value', '@list', '@set']) {
      if (Object.hasOwn(value, wrapper)) return open(value[wrapper], pointer, index, values, depth + 1);
    }
    if (isLanguageMap(value)) return open(Object.values(value), pointer, index, values, depth + 1);
    values.push({ value: isReference(value) ? (index.get(idOf(value)!) ?? value) : value, pointer });
    return;
  }
  values.push({ value, pointer });
}

/** The name of a node within its document, as written; undefined: it has none. */
export function idOf(node: Node): string | undefined {
  const id = node['@id'] ?? (typesOf(node).length > 0 ? node.id : undefined);
  return typeof id === 'string' ? id : undefined;
}

/** A node that is only named, with its type at most: what it is stands elsewhere. */
export function isReference(node: Node): boolean {
  return idOf(node) !== undefined && Object.keys(node).every((key) => /^(?:@id|@type|id|type)$/.test(key));
}

/** `{"en": "Night", "es": "Noche"}`, as contexts with `@container: @language` have it. */
function isLanguageMap(node: Node): boolean {
  const entries = Object.entries(node);
  return entries.length > 0 && entries.every(([key, text]) => languageTag.test(key) && typeof text === 'string');
}

/** The first value that is a text or a number, as text. */
export function textOf(subject: Subject, ...keys: string[]): string | undefined {
  for (const { value } of valuesOf(subject, ...keys)) {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** All values that are texts or numbers, as texts, each once. */
export function textsOf(subject: Subject, ...keys: string[]): string[] {
  const texts = valuesOf(subject, ...keys).flatMap(({ value }) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value).trim()] : [],
  );
  return [...new Set(texts.filter((text) => text !== ''))];
}

/** The words of a schema.org enumeration, as texts or named nodes, without prefix: `SoldOut`, `EventCancelled`. */
export function wordsOf(subject: Subject, key: string): string[] {
  return valuesOf(subject, key).flatMap(({ value }) => {
    const word = isNode(value) ? (idOf(value) ?? value.name) : value;
    return typeof word === 'string' ? [localName(word).replace(/[\s_/#-]+/g, '')] : [];
  });
}

/** The values that are nodes themselves, as subjects. */
export function nodesOf(subject: Subject, ...keys: string[]): Subject[] {
  return valuesOf(subject, ...keys).flatMap(({ value, pointer }) =>
    isNode(value) ? [{ node: value, pointer, index: subject.index }] : [],
  );
}

/** Names of the types of a node, without prefix; `type` counts where a context says schema.org in JSON-LD 1.1. */
export function typesOf(node: Node): string[] {
  const types = node['@type'] ?? (typeof node.type === 'string' && /^[A-Z]/.test(node.type) ? node.type : undefined);
  return [types].flat(3).flatMap((type) => (typeof type === 'string' ? [localName(type)] : []));
}

/** `@id` if it is an address of its own; blank nodes and page-local anchors name different nodes on every page. */
export function absoluteId(node: Node): string | undefined {
  const id = node['@id'] ?? (typeof node.id === 'string' && typesOf(node).length > 0 ? node.id : undefined);
  if (typeof id !== 'string') return undefined;
  const text = id.trim();
  return /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && !text.startsWith('_:') && text.length <= 500 ? text : undefined;
}

import { isOneLine } from '../../../kernel/clean-text.ts';

/** One fault of a document: where (a JSON pointer, RFC 6901; empty is the whole document) and what. */
export interface Fault {
  readonly place: string;
  readonly reason: string;
}

type Fields = Record<string, unknown>;

/** More than this is not read by anybody. */
const listedMax = 100;

/** The largest coordinate or size we take: beyond it single-precision positions lose whole units. */
const coordinateMax = 1_000_000;

/**
 * Collects what is wrong in a document while a checker walks it. It knows where the walk is, so that pointers are
 * written only for faults: a plan of 200,000 seats is checked without making a string per seat.
 */
export class FaultList {
  readonly #path: (string | number)[] = [];
  readonly #faults: Fault[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** The first hundred faults; if there were more, a last one says how many. */
  list(): Fault[] {
    const more = this.#count - this.#faults.length;
    return more === 0 ? this.#faults : [...this.#faults, { place: '', reason: `and ${more} more faults` }];
  }

  add(reason: string, ...keys: (string | number)[]): void {
    if (this.#count++ < listedMax) this.#faults.push({ place: pointer([...this.#path, ...keys]), reason });
  }

  /** Runs `check` with the walk one step deeper. */
  at(key: string | number, check: () => void): void {
    this.#path.push(key);
    check();
    this.#path.pop();
  }

  /** True if the value is an object with all of `required` and nothing outside both lists; else notes why. */
  object(value: unknown, required: readonly string[], optional: readonly string[]): value is Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add('must be an object');
      return false;
    }
    for (const key of required) if (!Object.hasOwn(value, key)) this.add(`${key} is missing`, key);
    for (const key of Object.keys(value)) {
      if (!required.includes(key) && !optional.includes(key)) this.add('this key is unknown', key);
    }
    return true;
  }

  /** Walks a list; an absent key was either noted by {@link object} or is allowed. */
  each(from: Fields, key: string, countMax: number, check: (item: unknown, index: number) => void): void {
    const list = from[key];
    if (list === undefined) return;
    if (!Array.isArray(list)) {
      this.add('must be a list', key);
      return;
    }
    if (list.length > countMax) {
      this.add(`has ${list.length} entries, at most ${countMax} are taken`, key);
      return;
    }
    this.#path.push(key, 0);
    for (let i = 0; i < list.length; i++) {
      this.#path[this.#path.length - 1] = i;
      check(list[i], i);
    }
    this.#path.length -= 2;
  }

  /** True if the key holds a text that the database can keep, on one line unless it may have `lines`. */
  text(
    from: Fields,
    key: string,
    { min = 0, max, nullable, lines }: { min?: number; max: number; nullable?: true; lines?: true },
  ): boolean {
    const value = from[key];
    if (value === undefined || (nullable && value === null)) return false;
    const fault = textFault(value, min, max, lines);
    if (fault) this.add(fault, key);
    return !fault;
  }

  number(from: Fields, key: string, { min = -coordinateMax, above }: { min?: number; above?: number } = {}): void {
    const value = from[key];
    if (value === undefined) return;
    if (typeof value !== 'number' || !Number.isFinite(value)) this.add('must be a finite number', key);
    else if (above !== undefined && value <= above) this.add(`must be more than ${above}`, key);
    else if (value < min || value > coordinateMax) this.add(`must be between ${min} and ${coordinateMax}`, key);
  }

  position(from: Fields, key: string): void {
    const value = from[key];
    if (value === undefined || isPlainPosition(value)) return;
    this.at(key, () => {
      if (!this.object(value, ['x', 'y'], [])) return;
      this.number(value, 'x');
      this.number(value, 'y');
    });
  }
}

/** The common case, without a closure: exactly x and y, both within bounds. */
function isPlainPosition(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { x, y } = value as { x: unknown; y: unknown };
  if (typeof x !== 'number' || typeof y !== 'number') return false;
  return Math.abs(x) <= coordinateMax && Math.abs(y) <= coordinateMax && Object.keys(value).length === 2;
}

function textFault(value: unknown, min: number, max: number, lines = false): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.trim().length < min) return 'must not be empty';
  if (value.length > max) return `is ${value.length} characters long, at most ${max} are taken`;
  if (value.includes('\0') || !value.isWellFormed())
    return 'holds characters that are no text (NUL or a lone surrogate)';
  if (!lines && !isOneLine(value)) return 'must be on one line, without control characters';
  return undefined;
}

/** JSON pointer (RFC 6901) of a path. */
function pointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

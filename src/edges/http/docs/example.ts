/**
 * How to ask a route on the demo that `npm start` loads. Whatever stands in an example is sent as it stands, but for what only an answer
 * can say ({@link from}, {@link mailed}) or what must be new each time ({@link fresh}): there the sample is what a reader sees.
 */
export interface Example {
  /** Who asks: nobody in particular; whoever holds or bought last; a signed-in account; staff, with the owner's key. */
  readonly as: 'anybody' | 'guest' | 'account' | 'staff';
  readonly path?: Values;
  readonly query?: Values;
  readonly headers?: Values;
  readonly body?: unknown;
  /** The type of a body that is not plain JSON. */
  readonly contentType?: string;
  /** Examples that must have been answered before. */
  readonly after?: readonly string[];
  /** What the demo answers, where that is no success: what the example is about does not exist there. */
  readonly answers?: number;
  /** The login of the example is used up by it. */
  readonly endsLogin?: true;
  /** It wants an account of its own, whatever was tried before. */
  readonly ownLogin?: true;
}

export type Values = Readonly<Record<string, unknown>>;
/** By method and path: `POST /api/tickets/reserve`. With `#` and a word more: only a step on the way to another example. */
export type Examples = Readonly<Record<string, Example>>;

/** A value that is filled in when the example is tried. */
export interface Blank {
  /** What a reader sees, of the right form. */
  readonly sample: unknown;
  /** The example whose answer holds it, at this JSON pointer; `pattern`: the first group of it. */
  readonly from?: string;
  readonly at?: string;
  readonly pattern?: string;
  /** The code of an authenticator app for the secret that the answer holds. */
  readonly isCode?: true;
  /** It stands in the mail with this in its subject, which the example before has sent to the last address. */
  readonly mailed?: string;
  /** Another one each time: with a few letters in the place of the star. */
  readonly fresh?: string;
  /** The address that a mail went to last, or that of the account that is signed in. */
  readonly address?: 'last' | 'account';
}

/** What the answer of another example says at a JSON pointer. */
export function from(label: string, at: string, sample: unknown, pattern?: string): Blank {
  return { from: label, at, sample, ...(pattern !== undefined && { pattern }) };
}

/** What a mail says that the example `label` sends. */
export function mailed(label: string, subject: string, pattern: string, sample: string): Blank {
  return { from: label, mailed: subject, pattern, sample };
}

/** The code that an authenticator app shows for the secret in the answer of `label`. */
export function codeFor(label: string, at: string): Blank {
  return { from: label, at, isCode: true, sample: '123456' };
}

/** Something that may be there once only: `form` with letters for its star. */
export function fresh(form: string): Blank {
  return { fresh: form, sample: form.replaceAll(/-?\*/g, '') };
}

export function isBlank(value: unknown): value is Blank {
  return typeof value === 'object' && value !== null && 'sample' in value;
}

/** The example with its samples in the place of its blanks. */
export function sampleOf(value: unknown): unknown {
  if (isBlank(value)) return value.sample;
  if (Array.isArray(value)) return value.map(sampleOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sampleOf(each)]));
}

/** An example as a reader sees it, with samples for its blanks: address and body. */
export function sampleRequest(label: string, example: Example): { method: string; url: string; body: unknown } {
  const [method = '', path = ''] = label.split(' ');
  const ids = sampleOf(example.path ?? {}) as Record<string, unknown>;
  const query = sampleOf(example.query ?? {}) as Record<string, unknown>;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(ids[name])));
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const url = search.length === 0 ? address : `${address}?${search.join('&')}`;
  return { method, url, body: example.body === undefined ? undefined : sampleOf(example.body) };
}

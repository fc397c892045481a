import type { Blank, Example, Examples } from './example.ts';

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export interface HeardAnswer {
  readonly status: number;
  readonly text: string;
  readonly sessionToken: string | null;
}

/** An example as it was asked, and what came back. */
export interface Tried {
  readonly label: string;
  readonly request: SentRequest;
  readonly answer: HeardAnswer;
}

export interface Tries {
  /**
   * Asks an example, and before it those whose answers it needs, each anew. Rejects with a `failed` ({@link Tried}) if one of these is
   * refused, and if a mail does not come.
   */
  ask(label: string): Promise<Tried>;
  /** The key that staff ask with. */
  useKey(key: string): void;
}

/**
 * Asks examples the way a reader would, one after the other. It runs in the browser as it is written here (the page takes its text), so it
 * knows nothing but its argument; the tests of the examples run the same.
 */
export function createTries(parts: {
  readonly examples: Examples;
  readonly send: (request: SentRequest) => Promise<HeardAnswer>;
  readonly wait: (ms: number) => Promise<unknown>;
  /** The time, for the codes of an authenticator app. */
  readonly now: () => number;
}): Tries {
  const { examples, send, wait, now } = parts;
  let key = '';
  let session = '';
  let login: { readonly accessToken: string; readonly address: string } | null = null;
  let lastAddress = '';

  function letters(): string {
    return Math.random().toString(36).slice(2, 8).padEnd(6, 'x');
  }

  async function ask(label: string, asked: Map<string, Tried> = new Map()): Promise<Tried> {
    const example = examples[label];
    if (!example) throw new Error(`There is no example of ${label}`);
    if (example.ownLogin) login = null;
    if (example.as === 'account' && !login) await need('POST /api/auth/login', asked);
    for (const before of example.after ?? []) await need(before, asked);
    const request = await prepare(label, example, asked);
    const answer = await send(request);
    if (answer.sessionToken !== null) session = answer.sessionToken;
    if (label === 'POST /api/auth/login' && answer.status === 200) {
      login = { accessToken: JSON.parse(answer.text).accessToken, address: lastAddress };
    }
    if (example.endsLogin) login = null;
    const tried = { label, request, answer };
    asked.set(label, tried);
    return tried;
  }

  /** The answer of an example that another one needs. */
  async function need(label: string, asked: Map<string, Tried>): Promise<Tried> {
    const tried = asked.get(label) ?? (await ask(label, asked));
    if (tried.answer.status < 400) return tried;
    throw Object.assign(new Error(`${label} was refused with ${tried.answer.status}`), { failed: tried });
  }

  async function prepare(label: string, example: Example, asked: Map<string, Tried>): Promise<SentRequest> {
    const [method = '', path = ''] = label.replace(/#.*/, '').split(' ');
    const filled = (await fill(example.path ?? {}, asked)) as Record<string, unknown>;
    const query = (await fill(example.query ?? {}, asked)) as Record<string, unknown>;
    const own = (await fill(example.headers ?? {}, asked)) as Record<string, string>;
    const body = example.body === undefined ? undefined : JSON.stringify(await fill(example.body, asked));
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(filled[name])));
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    const headers: Record<string, string> = { ...own };
    if (body !== undefined) headers['content-type'] = example.contentType ?? 'application/json';
    if (example.as === 'guest' && session !== '') headers['x-session-token'] = session;
    if (example.as === 'account' && login) headers.authorization = `Bearer ${login.accessToken}`;
    if (example.as === 'staff' && key !== '') headers.authorization = `Bearer ${key}`;
    return { method, url: search.length === 0 ? address : `${address}?${search.join('&')}`, headers, body };
  }

  /** A value with its blanks filled in, in the order in which they stand. */
  async function fill(value: unknown, asked: Map<string, Tried>): Promise<unknown> {
    if (typeof value !== 'object' || value === null) return value;
    if ('sample' in value) return fillBlank(value as Blank, asked);
    if (Array.isArray(value)) {
      const items = [];
      for (const each of value) items.push(await fill(each, asked));
      return items;
    }
    const members: Record<string, unknown> = {};
    for (const [name, each] of Object.entries(value)) members[name] = await fill(each, asked);
    return members;
  }

  async function fillBlank(blank: Blank, asked: Map<string, Tried>): Promise<unknown> {
    if (blank.fresh !== undefined) {
      const text = blank.fresh.replace('*', letters());
      if (text.includes('@')) lastAddress = text;
      return text;
    }
    if (blank.address === 'account' && login) lastAddress = login.address;
    if (blank.address !== undefined) return lastAddress === '' ? blank.sample : lastAddress;
    const { answer } = await need(blank.from!, asked);
    const text = blank.mailed === undefined ? pointTo(answer.text, blank.at!) : await readMail(blank.mailed);
    if (blank.isCode) return codeOf(String(text));
    if (blank.pattern === undefined) return text;
    const found = new RegExp(blank.pattern).exec(String(text));
    if (!found) throw new Error(`${blank.from} did not say what this example needs`);
    return found[1];
  }

  /** RFC 6238: six digits of an HMAC-SHA-1 of the half minute. */
  async function codeOf(secret: string): Promise<string> {
    const letters32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret].map((letter) => letters32.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2));
    const algorithm = { name: 'HMAC', hash: 'SHA-1' };
    const hmacKey = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
    const counter = new DataView(new ArrayBuffer(8));
    counter.setUint32(4, Math.floor(now() / 30_000));
    const mac = new DataView(await crypto.subtle.sign('HMAC', hmacKey, counter));
    const offset = mac.getUint8(19) & 15;
    return String((mac.getUint32(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }

  function pointTo(text: string, pointer: string): unknown {
    let value = JSON.parse(text);
    for (const name of pointer.split('/').slice(1)) value = value?.[name];
    return value;
  }

  /** The newest mail to the last address with this in its subject; mails are sent a moment after the answer. */
  async function readMail(subject: string): Promise<string> {
    const mails = `/dev/mail?to=${encodeURIComponent(lastAddress)}&format=json`;
    for (let turn = 0; turn < 40; turn++) {
      const { status, text } = await send({ method: 'GET', url: mails, headers: {}, body: undefined });
      if (status !== 200) throw new Error('Mails can be read on the machine itself only');
      const { items } = JSON.parse(text) as { items: { mailId: string; subject: string }[] };
      const mail = items.find((each) => each.subject.includes(subject));
      if (mail) {
        const url = `/dev/mail/${mail.mailId}?format=text`;
        return (await send({ method: 'GET', url, headers: {}, body: undefined })).text;
      }
      await wait(250);
    }
    throw new Error(`No mail “${subject}” has come to ${lastAddress}`);
  }

  return {
    ask: (label) => ask(label),
    useKey(text) {
      key = text.trim();
    },
  };
}

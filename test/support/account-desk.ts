import type { TokensAnswer } from '../../src/contract/identity.ts';
import { grantRole, type Role, takeRole } from '../../src/features/identity/index.ts';
import type { TestApp } from './app.ts';
import type { Method } from './client.ts';

export type { Reply as Answer } from './client.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Where people register and log in, as tests use it. */
export function accountDesk({ client, database, clock, mailedToken, staff }: TestApp) {
  const send = (method: Method, url: string, payload?: object, headers: object = {}) =>
    client.send(method, url, headers, payload);

  const login = (email: string, password: string, more: object = {}) =>
    send('POST', '/api/auth/login', { email, password, ...more });

  const bearer = ({ accessToken }: Pick<Tokens, 'accessToken'>) => ({ authorization: `Bearer ${accessToken}` });

  /** A new account with a proven address, logged in. */
  async function member(email: string, password = 'trois petits cochons') {
    const registered = await send('POST', '/api/auth/register', { email, password });
    if (registered.status !== 201) throw new Error(JSON.stringify(registered.body));
    await send('POST', '/api/auth/verify', { token: await mailedToken(email, 'verify') });
    const { body } = await login(email, password);
    return { email, password, ...(body as TokensAnswer & Tokens) };
  }

  return {
    send,
    mailedToken,
    login,
    bearer,
    me: (tokens: Pick<Tokens, 'accessToken'>) => send('GET', '/api/auth/me', undefined, bearer(tokens)),
    refresh: ({ refreshToken }: Pick<Tokens, 'refreshToken'>) => send('POST', '/api/auth/refresh', { refreshToken }),

    /** A new organiser; its slug is what `X-Organizer` names. */
    async organizer(slug: string): Promise<number> {
      const text = 'INSERT INTO organizers (name, slug) VALUES ($1, $1) RETURNING organizer_id AS id';
      const [row] = await database.query<{ id: number }>(text, [slug]);
      return row!.id;
    },

    /** Gives a role with an organiser (1 if left out), or takes it with null. */
    async setRole(accountId: string, role: Role | null, organizerId = 1): Promise<void> {
      const context = { actor: 'system', correlationId: 'test', now: clock.now(), organizerId };
      await database.transaction(async (tx) => {
        if (role) await grantRole(tx, { accountId, role }, context);
        else await takeRole(tx, accountId, context);
      });
    },

    /** The types of what happened to an account, in order. */
    async history(accountId: string): Promise<string[]> {
      const { body } = await send('GET', `/api/audit?stream=account-${accountId}&limit=50`, undefined, staff);
      return body.items.map(({ type }: { type: string }) => type).toReversed();
    },

    /** Invites a new account with a proven address to the first organiser, and lets it accept. */
    async invited(email: string, role: Role) {
      const made = await member(email);
      const invited = await send('POST', '/api/organizers/onsale/invitations', { email, role }, staff);
      if (invited.status !== 201) throw new Error(invited.text);
      const token = await mailedToken(email, 'invitation');
      const accepted = await send('POST', '/api/invitations/accept', { token }, bearer(made));
      if (accepted.status !== 200) throw new Error(accepted.text);
      return made;
    },

    member,
  };
}

/** The bytes of a second factor's secret, as authenticator apps read it. */
export function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
}

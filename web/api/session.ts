import { useSyncExternalStore } from 'react';
import type { TokensAnswer } from '../../src/contract/identity.ts';
import { askApi, authorizeBy } from './client.ts';
import { ApiProblem } from './problem.ts';

/**
 * Who is signed in here. The access token lives in the memory of the page; the refresh token in a cookie that no script reads. Kept
 * for the next visit is only that somebody was signed in, so that guests cause no request.
 */
interface Login {
  readonly bearer: string;
  /** By the clock of `performance.now()`: whoever sets theirs changes nothing. */
  readonly goodUntil: number;
}

const flagKey = 'onsale.signed-in';
const lockName = 'onsale.session';
/** A token that ends within this is renewed first: the request takes its time. */
const marginMs = 15_000;

let login: Login | null = null;
let refreshing: Promise<Login | null> | null = null;
/** Where nothing may be kept, the page alone knows. */
let isSignedIn = readFlag();
const listeners = new Set<() => void>();
/** Other tabs get the tokens that one of them got: a refresh token is good once. */
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('onsale.session') : null;

/** Makes every request of the API carry who is signed in, and follows what other tabs do. */
export function startSession(): void {
  authorizeBy({ authorization: async () => (await currentLogin())?.bearer ?? null, renew });
  tabs?.addEventListener('message', ({ data }: MessageEvent<TokensAnswer | null>) => take(data));
  addEventListener('storage', ({ key }) => {
    if (key === flagKey && !readFlag() && isSignedIn) take(null);
  });
}

/** Keeps what a login, a refresh or a new password has answered. */
export function signedIn(tokens: TokensAnswer): void {
  take(tokens);
  tabs?.postMessage(tokens);
}

/** Nobody is signed in here any more. */
export function signedOut(): void {
  take(null);
  tabs?.postMessage(null);
}

/** Ends this login, or every login of the account, here and at the server. */
export async function signOut(where: 'here' | 'everywhere'): Promise<void> {
  await askApi(where === 'here' ? '/api/auth/logout' : '/api/auth/logout-all', { method: 'POST' });
  signedOut();
}

/** Whether somebody is signed in here, as far as the page knows. */
export function useSignedIn(): boolean {
  return useSyncExternalStore(onSessionChange, () => isSignedIn);
}

/** Hears when somebody signs in or out, in any tab. Answers how to hear no more. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function currentLogin(): Promise<Login | null> {
  if (!isSignedIn) return null;
  if (login && login.goodUntil - performance.now() > marginMs) return login;
  return refreshOnce();
}

/** A token was refused: gets another. Answers whether asking again makes sense. */
async function renew(refused: string): Promise<boolean> {
  if (login?.bearer === refused) login = null;
  return isSignedIn && (await currentLogin()) !== null;
}

function refreshOnce(): Promise<Login | null> {
  refreshing ??= inTurn(async () => {
    // Another tab may have got one while this one waited.
    if (!isSignedIn || (login && login.goodUntil - performance.now() > marginMs)) return login;
    try {
      signedIn(await askApi<TokensAnswer>('/api/auth/refresh', { method: 'POST', isAnonymous: true }));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.body.status !== 401) throw error;
      signedOut();
    }
    return login;
  }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** One tab after the other, where the browser can say so (it can over HTTPS only). */
async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  return 'locks' in navigator ? ((await navigator.locks.request(lockName, work)) as Value) : work();
}

function take(tokens: TokensAnswer | null): void {
  const wasSignedIn = isSignedIn;
  isSignedIn = tokens !== null;
  login = tokens && {
    bearer: `Bearer ${tokens.accessToken}`,
    goodUntil: performance.now() + tokens.expiresIn * 1_000,
  };
  try {
    if (isSignedIn) localStorage.setItem(flagKey, 'yes');
    else localStorage.removeItem(flagKey);
  } catch {
    // Nothing may be kept here: then it holds for this page.
  }
  if (wasSignedIn !== isSignedIn) for (const listener of listeners) listener();
}

function readFlag(): boolean {
  try {
    return localStorage.getItem(flagKey) !== null;
  } catch {
    return false;
  }
}

import { useEffect, useState } from 'react';

let kept: { readonly pathname: string; readonly token: string } | null = null;

/**
 * The token of a mail's link. It stands behind the #, where no server sees it; links that name it in the query work too. Once read it
 * is taken out of the address, so that it is neither kept in the history nor shown on a shared screen.
 */
function takeMailToken(): string | null {
  const { hash, search, pathname } = location;
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? new URLSearchParams(search).get('token');
  if (token !== null) {
    kept = { pathname, token };
    history.replaceState(history.state, '', pathname);
  }
  return kept?.pathname === pathname ? kept.token : null;
}

/**
 * The token that the page was opened with, also where its link is opened in the same tab; how to be done with it; and how often a link
 * was opened, be it the same one.
 */
export function useMailToken(): readonly [token: string | null, forget: () => void, opened: number] {
  const [token, setToken] = useState(takeMailToken);
  const [opened, setOpened] = useState(1);
  useEffect(() => {
    const take = () => {
      setToken(takeMailToken());
      setOpened((times) => times + 1);
    };
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  const forget = () => {
    kept = null;
    setToken(null);
  };
  return [token, forget, opened];
}

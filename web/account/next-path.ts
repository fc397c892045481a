/** Where to go after signing in: what `?next=` names, if that is a page of ours; nobody is led to other sites from here. */
export function nextPath(search: string, origin: string): string | null {
  const next = new URLSearchParams(search).get('next');
  if (next === null || !next.startsWith('/')) return null;
  let address: URL;
  try {
    address = new URL(next, origin);
  } catch {
    return null;
  }
  if (address.origin !== origin) return null;
  return `${address.pathname}${address.search}${address.hash}`;
}

/** An address of the app with the same `?next=`, so that it is not lost between sign-in and registration. */
export function withNext(path: string, search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next === null ? path : `${path}?${new URLSearchParams({ next })}`;
}

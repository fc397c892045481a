const reloadedKey = 'onsale.reloaded';
const patienceMs = 60_000;

/**
 * A tab that was opened before a deploy may want a part of the app that is not served any more (those of two builds before are):
 * it is loaded again, once a minute at most. What was typed lies in the session's storage.
 */
export function followDeploys(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(reloadedKey) ?? 0);
    if (Date.now() - last < patienceMs) return;
    event.preventDefault();
    sessionStorage.setItem(reloadedKey, String(Date.now()));
    location.reload();
  });
}

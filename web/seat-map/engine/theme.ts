/** What decides the colours beside the attribute that the button for light and dark sets. */
const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'];

let matching: readonly MediaQueryList[] | undefined;
const lists = () => {
  matching ??= queries.map((query) => matchMedia(query));
  return matching;
};

/** Names the theme that is shown now: colours that were read under the same name are the same. */
export function themeNow(): string {
  return `${document.documentElement.dataset.theme} ${lists().map(({ matches }) => matches)}`;
}

const listeners = new Set<() => void>();
const watch = () => {
  for (const listener of listeners) listener();
};
let watcher: MutationObserver | undefined;

/** Hears when the theme has changed. Answers how to hear no more. */
export function followTheme(changed: () => void): () => void {
  if (listeners.size === 0) {
    for (const query of lists()) query.addEventListener('change', watch);
    watcher ??= new MutationObserver(watch);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    for (const query of lists()) query.removeEventListener('change', watch);
    watcher?.disconnect();
  };
}

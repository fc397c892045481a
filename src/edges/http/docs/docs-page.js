/* biome-ignore-all lint/correctness/noUndeclaredVariables: `examples` and `createTries` stand before this text (see docs-routes.ts). */
const theme = document.querySelector('#theme');
const system = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
const nameTheme = () => {
  theme.textContent = isDark() ? 'Light' : 'Dark';
};
theme.hidden = false;
theme.addEventListener('click', () => {
  document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});
system.addEventListener('change', nameTheme);
nameTheme();

for (const origin of document.querySelectorAll('.origin')) origin.textContent = location.origin;

const tries = createTries({
  examples,
  now: () => Date.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  async send({ method, url, headers, body }) {
    // The cookies of this browser are nobody of the example.
    const answer = await fetch(url, { method, headers, body, credentials: 'omit', cache: 'no-store' });
    return { status: answer.status, text: await answer.text(), sessionToken: answer.headers.get('x-session-token') };
  },
});
const key = document.querySelector('#key');
document.querySelector('.key').hidden = false;

function show(output, kind, title, ...texts) {
  const head = document.createElement('p');
  head.className = kind;
  head.textContent = title;
  const shown = texts.map((text) => {
    const block = document.createElement('pre');
    block.tabIndex = 0;
    block.textContent = text;
    return block;
  });
  output.replaceChildren(head, ...shown);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function asked({ label, request, answer }) {
  const { method, url, body } = request;
  return [
    `${answer.status} from ${label}`,
    `${method} ${url}${body ? `\n\n${pretty(body)}` : ''}`,
    pretty(answer.text),
  ];
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button[data-try]');
  if (!button) return;
  const output = button.closest('.more').querySelector('.answer');
  button.disabled = true;
  tries.useKey(key.value);
  try {
    const tried = await tries.ask(button.dataset.try);
    show(output, tried.answer.status < 400 ? 'good' : 'bad', ...asked(tried));
  } catch (error) {
    if (error.failed) show(output, 'bad', ...asked(error.failed));
    else show(output, 'bad', error.message);
  } finally {
    button.disabled = false;
  }
});

// An address with the name of a route opens it.
function openNamed() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
}
addEventListener('hashchange', openNamed);
openNamed();
for (const button of document.querySelectorAll('button[data-try]')) button.hidden = false;

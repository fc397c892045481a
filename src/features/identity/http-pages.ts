import { createHash } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';

/**
 * The pages that links in mails lead to, for as long as the web app has none of its own. They send the token, which
 * stands behind the # of the address, only when a person presses the button: programs that look at links in mails
 * must not prove an address, or use a token up.
 */
export const accountPages: FastifyPluginAsync = async (app) => {
  const config = { access: 'public' } as const;
  for (const { url, html } of [verifyPage, resetPage]) {
    app.get(url, { config, schema: { hide: true } }, (_request, reply) => {
      reply.headers(pageHeaders).send(html);
    });
  }
};

const script = `
const form = document.forms[0];
const say = (text) => { document.querySelector('output').textContent = text; };
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = { token: new URLSearchParams(location.hash.slice(1)).get('token') ?? '' };
  for (const [name, value] of new FormData(form)) body[name] = value;
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    const answer = await (await fetch(form.dataset.to, request)).json();
    say(answer.message ?? [answer.title, answer.detail].filter(Boolean).join('. '));
    if (answer.success) form.hidden = true;
  } catch {
    say('That did not work. Try again in a moment.');
  }
});
`;
const scriptHash = createHash('sha256').update(script).digest('base64');

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; script-src 'sha256-${scriptHash}'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

const verifyPage = {
  url: '/account/verify',
  html: page('Confirm your mail address', '/api/auth/verify', '<button>Confirm the address</button>'),
};
const resetPage = {
  url: '/account/reset',
  html: page(
    'Choose a new password',
    '/api/auth/password/reset',
    `<label>New password <input name="password" type="password" autocomplete="new-password" minlength="8" required></label>
<button>Set the password</button>`,
  ),
};

function page(title: string, to: string, fields: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1>
<form data-to="${to}">${fields}</form><p><output role="status"></output></p>
<noscript><p>This page needs JavaScript.</p></noscript></main>
<script>${script}</script></body></html>
`;
}

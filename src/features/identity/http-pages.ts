import type { FastifyPluginAsync } from 'fastify';
import { type HtmlPage, htmlPage } from '../../contract/html-page.ts';

/**
 * The pages that links in mails lead to, for as long as the web app has none of its own. They send the token, which
 * stands behind the # of the address, only when a person presses the button: programs that look at links in mails
 * must not prove an address, or use a token up.
 */
export const accountPages: FastifyPluginAsync = async (app) => {
  const config = { access: 'public' } as const;
  for (const { url, html, headers } of [verifyPage, resetPage, invitationPage]) {
    app.get(url, { config, schema: { hide: true } }, (_request, reply) => {
      reply.headers(headers).send(html);
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
/** Signs in, accepts, and signs out again: nothing of it stays in the browser. */
const joinScript = `
const form = document.forms[0];
const say = (text) => { document.querySelector('output').textContent = text; };
const post = async (to, body, token) => {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) };
  const answer = await fetch(to, { method: 'POST', headers, body: JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.title, said.detail].filter(Boolean).join('. '));
  return said;
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  const { email, password, code } = Object.fromEntries(new FormData(form));
  try {
    if (event.submitter.value === 'register') {
      say((await post('/api/auth/register', { email, password })).message + ' Then come back to this page.');
      return;
    }
    const { accessToken, refreshToken } = await post('/api/auth/login', { email, password, ...(code && { code }) });
    try {
      const joined = await post('/api/invitations/accept', { token }, accessToken);
      say('You work with ' + joined.organizerName + ' now, as ' + joined.role + '.');
      form.hidden = true;
    } finally {
      await post('/api/auth/logout', { refreshToken }).catch(() => {});
    }
  } catch (error) {
    say(error instanceof TypeError ? 'That did not work. Try again in a moment.' : error.message);
  }
});
`;

const verifyPage = {
  url: '/account/verify',
  ...page('Confirm your mail address', '<button>Confirm the address</button>', { to: '/api/auth/verify', script }),
};
const resetPage = {
  url: '/account/reset',
  ...page(
    'Choose a new password',
    `<label>New password <input name="password" type="password" autocomplete="new-password" minlength="8" required></label>
<button>Set the password</button>`,
    { to: '/api/auth/password/reset', script },
  ),
};
const invitationPage = {
  url: '/account/invitation',
  ...page(
    'Accept the invitation',
    `<p>Sign in with the mail address that was invited. Who has no account yet chooses a password and registers first.</p>
<label>Mail address <input name="email" type="email" autocomplete="email" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" minlength="8" required></label>
<label>Code of your authenticator app, if you use one <input name="code" autocomplete="one-time-code"></label>
<button value="join">Sign in and accept</button><button value="register">Register</button>`,
    { to: '/api/invitations/accept', script: joinScript },
  ),
};

function page(title: string, fields: string, { to, script }: { to: string; script: string }): HtmlPage {
  const main = `<h1>${title}</h1>
<form data-to="${to}">${fields}</form><p><output role="status"></output></p>
<noscript><p>This page needs JavaScript.</p></noscript>`;
  return htmlPage({ title, main, script });
}

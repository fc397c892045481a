// fuzz-tokens URL OWNER_KEY: makes an account for each role on a running server, as people do (register, mail, log in, be
// invited), and prints one line for each kind of caller: its name, a tab, and the headers it sends, one a column.
const [url, ownerKey] = process.argv.slice(2);
const password = 'trois petits cochons en laine';

async function call(method, path, { body, headers = {} } = {}) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : text;
}

/** The token in the newest mail to an address whose subject begins so. */
async function mailedToken(to, subject) {
  for (let asked = 0; asked < 300; asked++) {
    const { items } = await call('GET', `/dev/mail?to=${encodeURIComponent(to)}&format=json`);
    const mail = items.find((one) => one.subject.startsWith(subject));
    if (mail) return /^Token: (\S+)$/m.exec(await call('GET', `/dev/mail/${mail.mailId}?format=text`))[1];
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`No mail “${subject}” came to ${to}`);
}

async function account(role) {
  const email = `${role}@example.test`;
  await call('POST', '/api/auth/register', { body: { email, password } });
  await call('POST', '/api/auth/verify', { body: { token: await mailedToken(email, 'Confirm') } });
  const login = () => call('POST', '/api/auth/login', { body: { email, password } });
  const bearer = ({ accessToken }) => ({ authorization: `Bearer ${accessToken}` });
  if (role === 'buyer') return bearer(await login());
  const owner = { authorization: `Bearer ${ownerKey}` };
  await call('POST', '/api/organizers/onsale/invitations', { headers: owner, body: { email, role } });
  const token = await mailedToken(email, 'Join');
  await call('POST', '/api/invitations/accept', { headers: bearer(await login()), body: { token } });
  return bearer(await login());
}

const callers = { nobody: {}, owner: { authorization: `Bearer ${ownerKey}` } };
callers.guest = { 'x-session-token': (await call('POST', '/api/auth/guest')).sessionToken };
for (const role of ['buyer', 'door', 'user', 'manager', 'admin']) callers[role] = await account(role);
for (const [name, headers] of Object.entries(callers)) {
  console.log([name, ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`)].join('\t'));
}

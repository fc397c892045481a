import { type Blank, codeFor, type Examples, fresh, from, mailed } from '../example.ts';

const register = 'POST /api/auth/register';
const verify = 'POST /api/auth/verify';
const login = 'POST /api/auth/login';
const forgot = 'POST /api/auth/password/forgot';
const changeMail = 'POST /api/auth/mail/change';
const secondFactor = 'POST /api/auth/second-factor';
const invite = 'POST /api/organizers/{organizer}/invitations';
const address: Blank = { address: 'last', sample: 'ana@example.com' };
const password = 'seven grey geese fly home';
const sampleToken = 'the-token-that-the-mail-brings';

/** Guests and accounts. Mails are kept at `/dev/mail` on the demo. */
export const accountExamples: Examples = {
  'POST /api/auth/guest': { as: 'anybody' },
  [register]: { as: 'anybody', body: { email: fresh('ana-*@example.com'), password, name: 'Ana Sousa' } },
  [verify]: { as: 'anybody', body: { token: mailed(register, 'Confirm', 'Token: (\\S+)', sampleToken) } },
  'POST /api/auth/verify/resend': { as: 'anybody', after: [register], body: { email: address } },
  [login]: { as: 'anybody', after: [verify], body: { email: address, password } },
  'GET /api/auth/me': { as: 'account' },
  'PATCH /api/auth/me': { as: 'account', body: { language: 'de' } },
  'POST /api/auth/refresh': {
    as: 'anybody',
    body: { refreshToken: from(login, '/refreshToken', 'the-refresh-token-of-the-login') },
  },
  'GET /api/auth/sessions': { as: 'account' },
  'DELETE /api/auth/sessions/{id}': {
    as: 'account',
    endsLogin: true,
    path: { id: from('GET /api/auth/sessions', '/items/0/sessionId', '0199aaaa-0000-7000-8000-000000005e55') },
  },
  'POST /api/auth/logout': {
    as: 'anybody',
    endsLogin: true,
    body: { refreshToken: from(login, '/refreshToken', 'the-refresh-token-of-the-login') },
  },
  'POST /api/auth/logout-all': { as: 'account', endsLogin: true },
  [forgot]: { as: 'anybody', after: [verify], body: { email: address } },
  'POST /api/auth/password/reset': {
    as: 'anybody',
    endsLogin: true,
    body: { token: mailed(forgot, 'password', 'Token: (\\S+)', sampleToken), password: 'nine red foxes run home' },
  },
  'POST /api/auth/password/change': {
    as: 'account',
    endsLogin: true,
    body: { password, newPassword: 'nine red foxes run home' },
  },
  [changeMail]: { as: 'account', ownLogin: true, body: { email: fresh('ana-new-*@example.com'), password } },
  'POST /api/auth/mail/confirm': {
    as: 'anybody',
    endsLogin: true,
    body: { token: mailed(changeMail, 'Confirm your new', 'Token: (\\S+)', sampleToken) },
  },
  'POST /api/auth/claim-bookings': { as: 'account' },
  [secondFactor]: { as: 'account', ownLogin: true, body: { password } },
  'POST /api/auth/second-factor/confirm': {
    as: 'account',
    body: { code: codeFor(secondFactor, '/secret') },
  },
  'POST /api/auth/second-factor/disable': {
    as: 'account',
    body: { password, code: from('POST /api/auth/second-factor/confirm', '/recoveryCodes/0', 'ABCD-EFGH-JKLM') },
  },
  'POST /api/invitations/accept': {
    as: 'account',
    endsLogin: true,
    body: { token: mailed(invite, 'Join', 'Token: (\\S+)', sampleToken) },
  },
  'GET /api/me/export': { as: 'account' },
  'POST /api/me/erase': { as: 'account', endsLogin: true, body: { confirm: true, password } },
};

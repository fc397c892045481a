export { type ApiKey, createApiKey, listApiKeys, makeKeyText, revokeApiKey } from './commands/api-keys.ts';
export { loadSecret } from './commands/load-secret.ts';
export { createSessionTokens, type SessionTokens } from './domain/session-token.ts';
export { createAuthenticate, keyCacheMs } from './queries/authenticate.ts';

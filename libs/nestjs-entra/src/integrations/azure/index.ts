export { ApplicationTokenCredential, type ApplicationTokens } from './application-token.credential.js';
export type { AbortSignalLike, CredentialToken, GetTokenOptions } from './token-credential.js';
export { UserTokenCredential, type UserTokens } from './user-token.credential.js';

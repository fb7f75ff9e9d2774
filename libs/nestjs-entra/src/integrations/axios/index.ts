export { addAccessToken, type AccessTokenOptions, type AuthenticatedApi } from './add-access-token.js';
export type { AxiosInstanceLike } from './axios-instance.js';

/** How a client authenticated, as `azpacr` and `appidacr` say: not at all, by secret, by certificate or assertion. */
export type ClientAuthentication = '0' | '1' | '2';

/** The client a token is issued to. */
export interface TokenClient {
  readonly clientId: string;
  readonly name: string;
  /** Object id of its service principal. */
  readonly objectId: string;
  readonly authentication: ClientAuthentication;
}

/** The public client that stands behind tokens issued without a request. Always the same. */
export const TEST_CLIENT: TokenClient = {
  clientId: '7e57c11e-0000-4000-8000-000000000001',
  name: 'Test client',
  objectId: '7e57c11e-0000-4000-8000-0000000000ff',
  authentication: '0',
};

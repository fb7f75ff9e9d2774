import { EntraEmulator, type EmulatedApplication, type EmulatedUser } from 'entra-emulator';
import { createClientCertificate, type ClientCertificate } from './client-certificate.js';
import { ASSERTION_TYPE, JWT_BEARER, postToken, type Answered } from './token-client.js';

export const SECRET = 's3cret-canary-value';
export const GRAPH = 'https://graph.microsoft.com';
export const ARM = 'https://management.azure.com';

/** An emulator with an API, a user and a clock, for one spec file. */
export interface Stage {
  readonly emulator: EntraEmulator;
  readonly api: EmulatedApplication;
  readonly user: EmulatedUser;
  readonly certificate: ClientCertificate;
  /** The emulator's clock, milliseconds; a test sets it and sets it back. */
  readonly clock: { now: number };
  /** A valid on-behalf-of form with the changes; `undefined` leaves a parameter out. */
  obo(changes?: Readonly<Record<string, string | undefined>>): Record<string, string | undefined>;
  /** Posts that form. */
  exchange(changes?: Readonly<Record<string, string | undefined>>, tenant?: string): Promise<Answered>;
  /** Posts a valid client credentials form with the changes. */
  clientCredentials(
    changes?: Readonly<Record<string, string | undefined>>,
    tenant?: string,
  ): Promise<Answered>;
  /** Posts the on-behalf-of form with a client assertion instead of the secret. */
  exchangeWith(
    clientAssertion: string,
    changes?: Readonly<Record<string, string | undefined>>,
  ): Promise<Answered>;
}

export async function createStage(): Promise<Stage> {
  const clock = { now: Date.now() };
  const [emulator, certificate] = await Promise.all([
    EntraEmulator.start({ now: () => clock.now }),
    createClientCertificate(),
  ]);
  const user = emulator.addUser();
  const api = emulator.addApplication({
    name: 'orders-api',
    scopes: ['Orders.Read', 'Orders.Write'],
    clientSecrets: [SECRET],
    certificates: [certificate.pem],
  });
  emulator.grantConsent({ clientId: api.clientId, scopes: 'User.Read' });
  const stage: Stage = {
    emulator,
    api,
    user,
    certificate,
    clock,
    obo: (changes = {}) => ({
      grant_type: JWT_BEARER,
      requested_token_use: 'on_behalf_of',
      client_id: api.clientId,
      client_secret: SECRET,
      assertion: emulator.issueAccessToken({ aud: api.clientId, oid: user.oid }),
      scope: `${GRAPH}/User.Read`,
      ...changes,
    }),
    exchange: (changes, tenant) => postToken(emulator, stage.obo(changes), tenant),
    clientCredentials: (changes = {}, tenant) =>
      postToken(
        emulator,
        {
          grant_type: 'client_credentials',
          client_id: api.clientId,
          client_secret: SECRET,
          scope: `${GRAPH}/.default`,
          ...changes,
        },
        tenant,
      ),
    exchangeWith: (clientAssertion, changes) =>
      stage.exchange({
        client_secret: undefined,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: clientAssertion,
        ...changes,
      }),
  };
  return stage;
}

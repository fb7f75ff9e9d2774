import { EntraEmulator, type EmulatedApplication } from 'entra-emulator';
import type { EntraAuthOptions } from 'nestjs-entra';
import { onTestFinished } from 'vitest';

/** Identities that the tests speak of. */
export const API = {
  clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000001',
  secret: 'the-secret-of-the-api',
} as const;
export const ORDERS = { clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000002', uri: 'api://orders' } as const;
export const FILES = { clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000003', uri: 'api://files' } as const;
export const CLIENT = { clientId: '5a0a1a8c-3d0e-4f61-9a51-000000000004' } as const;
export const ADELE = { oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000a', name: 'Adele Vance' } as const;
export const BEN = { oid: '5a0a1a8c-3d0e-4f61-9a51-00000000000b', name: 'Ben Walters' } as const;

/** An identity platform with two users, the API under test and two downstream APIs it may call. */
export interface World {
  readonly emulator: EntraEmulator;
  /** The registration of the API under test. */
  readonly api: EmulatedApplication;
  /** Options of the API under test; `changes` go over them. */
  options(changes?: Partial<EntraAuthOptions>): EntraAuthOptions;
  /** An access token for the API under test. */
  token(claims?: Record<string, unknown>): string;
  /** The token requests that the identity platform saw. */
  exchanges(): EntraEmulator['requests'];
}

export interface WorldOptions {
  /** PEM of a certificate that the API registered, in place of its secret. */
  certificate?: string;
  /** External tokens that the API registered, in place of its secret. */
  federated?: { issuer?: string; subject: string; audiences?: readonly string[] };
  now?: () => number;
}

/** A world of its own for one test, gone with it. */
export async function startWorld({ certificate, federated, now }: WorldOptions = {}): Promise<World> {
  const emulator = await EntraEmulator.start({ now });
  onTestFinished(() => emulator.stop());
  for (const user of [ADELE, BEN]) emulator.addUser(user);
  const api = emulator.addApplication({
    clientId: API.clientId,
    name: 'API under test',
    scopes: ['access_as_user', 'reports.read'],
    appRoles: ['Reports.Read.All'],
    ...(certificate && { certificates: [certificate] }),
    ...(federated && {
      federatedCredentials: [{ issuer: `${emulator.url}/${emulator.tenantId}/v2.0`, ...federated }],
    }),
    ...(!certificate && !federated && { clientSecrets: [API.secret] }),
  });
  for (const { clientId, uri } of [ORDERS, FILES]) {
    emulator.addApplication({ clientId, identifierUris: [uri], scopes: ['Read', 'Write'] });
  }
  emulator.addApplication({ clientId: CLIENT.clientId, name: 'Client', isPublicClient: true, scopes: [] });
  emulator.grantConsent({
    clientId: API.clientId,
    scopes: ['api://orders/Read', 'api://orders/Write', 'api://files/Read', 'User.Read', 'Mail.Read'],
  });
  return {
    emulator,
    api,
    options: (changes) => ({
      instance: emulator.url,
      tenantId: emulator.tenantId,
      clientId: API.clientId,
      clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
      network: { fetch: emulator.fetch },
      ...changes,
    }),
    token: (claims) =>
      emulator.issueAccessToken({
        aud: API.clientId,
        oid: ADELE.oid,
        azp: CLIENT.clientId,
        scp: 'access_as_user',
        ...claims,
      }),
    exchanges: () => emulator.requests.filter(({ endpoint }) => endpoint === 'token'),
  };
}

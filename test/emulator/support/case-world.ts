import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { EntraEmulator, type EmulatedApplication, type EmulatedUser } from 'entra-emulator';
import { createClientCertificate, type ClientCertificate } from './client-certificate.js';
import { JWT_BEARER, postToken } from './token-client.js';

export const SECRET = 'the right secret';
export const EXPIRED_SECRET = 'a secret of last year';
export const FEDERATED_SUBJECT = 'system:serviceaccount:shop:api';
const GRAPH_SCOPES = 'openid profile email offline_access User.Read Mail.Read';

/** Certificates take long to make, so every world shares them. */
export interface WorldCertificates {
  readonly registered: ClientCertificate;
  readonly unregistered: ClientCertificate;
  readonly expired: ClientCertificate;
}

export async function createWorldCertificates(): Promise<WorldCertificates> {
  const day = 86_400_000;
  const [registered, unregistered, expired] = await Promise.all([
    createClientCertificate(),
    createClientCertificate(),
    createClientCertificate(new Date(Date.now() - 2 * day), new Date(Date.now() - day)),
  ]);
  return { registered, unregistered, expired };
}

/** A tenant with an API that may call Microsoft Graph for its users, and all that cases refer to. */
export interface World {
  readonly emulator: EntraEmulator;
  readonly certificates: WorldCertificates;
  readonly user: EmulatedUser;
  readonly api: EmulatedApplication;
  readonly publicClient: EmulatedApplication;
  /** Demands an assignment that nobody has. */
  readonly other: EmulatedApplication;
  /** Registered in another tenant, and never used in the home tenant. */
  readonly stranger: EmulatedApplication;
  /** RSA private key, PEM, that nobody knows. */
  readonly foreignKey: string;
  readonly clock: { offsetMs: number };
}

export async function createWorld(
  certificates: WorldCertificates,
  detectRequestLoops: boolean,
): Promise<World> {
  const clock = { offsetMs: 0 };
  const emulator = await EntraEmulator.start({ now: () => Date.now() + clock.offsetMs, detectRequestLoops });
  const clientId = randomUUID();
  const user = emulator.addUser();
  const api = emulator.addApplication({
    clientId,
    identifierUris: [`api://${clientId}`, 'api://myapp'],
    clientSecrets: [SECRET, { value: EXPIRED_SECRET, expiresOn: new Date(Date.now() - 1000) }],
    certificates: [certificates.registered.pem, certificates.expired.pem],
    federatedCredentials: [
      { issuer: `${emulator.url}/${emulator.tenantId}/v2.0`, subject: FEDERATED_SUBJECT },
    ],
  });
  emulator.grantConsent({ clientId, scopes: GRAPH_SCOPES });
  const otherTenant = emulator.addTenant();
  return {
    emulator,
    certificates,
    user,
    api,
    clock,
    publicClient: emulator.addApplication({ isPublicClient: true }),
    other: emulator.addApplication({ appRoleAssignmentRequired: true }),
    stranger: emulator.addApplication({
      tenantId: otherTenant.tenantId,
      multiTenant: true,
      clientSecrets: [SECRET],
    }),
    foreignKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    }) as string,
  };
}

/** A refresh token of the API. */
export async function obtainRefreshToken({ emulator, api }: World): Promise<string> {
  const { json } = await postToken(emulator, {
    grant_type: JWT_BEARER,
    requested_token_use: 'on_behalf_of',
    client_id: api.clientId,
    client_secret: SECRET,
    assertion: emulator.issueAccessToken({ aud: api.clientId }),
    scope: 'User.Read offline_access',
  });
  return String(json['refresh_token']);
}

/** An app-only token of the API for itself. */
export async function obtainAppOnlyToken({ emulator, api }: World): Promise<string> {
  const { json } = await postToken(emulator, {
    grant_type: 'client_credentials',
    client_id: api.clientId,
    client_secret: SECRET,
    scope: `${api.clientId}/.default`,
  });
  return String(json['access_token']);
}

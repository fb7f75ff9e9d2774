import { randomUUID } from 'node:crypto';
import { requireGuid } from './guid.js';
import { createRedirectUris, type RedirectUris, type RedirectUrisInit } from './redirect-uris.js';

/** A client secret, with its end if it has one. */
export interface ClientSecretInit {
  readonly value: string;
  /** From then on the secret is refused with AADSTS7000222. */
  readonly expiresOn?: Date;
}

/** A federated credential: the external token that stands for a secret (Microsoft: workload identity federation). */
export interface FederatedCredentialInit {
  /** Issuer of the external token, compared with its letter case. */
  readonly issuer: string;
  /** Subject of the external token, compared with its letter case. */
  readonly subject: string;
  /** Accepted audiences; `api://AzureADTokenExchange` by default. */
  readonly audiences?: readonly string[];
}

/** App roles of a resource that are assigned to a client. */
export interface AppRoleAssignment {
  /** Client id or identifier URI of the resource. */
  readonly resource: string;
  /** Values for the `roles` claim. */
  readonly roles: readonly string[];
}

/** What `addApplication` takes; everything has a default. */
export interface ApplicationInit {
  /** Client id, a GUID; random by default. */
  readonly clientId?: string;
  /** Tenant of the registration; the home tenant of the emulator by default. */
  readonly tenantId?: string;
  readonly name?: string;
  /** App ID URIs; `api://{clientId}` by default. */
  readonly identifierUris?: readonly string[];
  /** Delegated scopes the application exposes; `access_as_user` by default. */
  readonly scopes?: readonly string[];
  /** Those of `scopes` that only an administrator may consent to; none by default. */
  readonly adminConsentScopes?: readonly string[];
  /** App roles the application defines. */
  readonly appRoles?: readonly string[];
  /** Where a sign-in may lead back to. An address in none of the lists is refused with AADSTS50011. */
  readonly redirectUris?: RedirectUrisInit;
  readonly clientSecrets?: readonly (string | ClientSecretInit)[];
  /** Registered certificates, PEM. */
  readonly certificates?: readonly string[];
  /**
   * Subjects such as `CN=my-api` whose certificates are accepted when the assertion carries them in `x5c`, registered
   * or not. None by default.
   */
  readonly trustedSubjectNames?: readonly string[];
  readonly federatedCredentials?: readonly FederatedCredentialInit[];
  /** A public client presents no credential; one that does is refused with AADSTS700025. */
  readonly isPublicClient?: boolean;
  /** Version of the tokens issued for this application, whichever endpoint is asked; 2 by default. */
  readonly requestedAccessTokenVersion?: 1 | 2;
  /**
   * Access tokens for the application are signed with a key of its own, as with a claims-mapping policy. It is published
   * under `?appid={clientId}` only. Default `false`.
   */
  readonly customSigningKey?: boolean;
  /** Usable from other tenants once a user of theirs signed in or consented. */
  readonly multiTenant?: boolean;
  /** Other tenants in which the application has a service principal from the start. */
  readonly provisionedIn?: readonly string[];
  /** Only assigned users and clients get tokens (AADSTS50105, AADSTS501051). */
  readonly appRoleAssignmentRequired?: boolean;
  /** Roles this application has on others. */
  readonly appRoleAssignments?: readonly AppRoleAssignment[];
  /** Object ids of the users assigned to this application. */
  readonly assignedUsers?: readonly string[];
  /** Refused with AADSTS7000112. */
  readonly disabled?: boolean;
}

/** An application of the emulator. Its lists may be changed at any time, as in the portal. */
export interface EmulatedApplication {
  readonly clientId: string;
  readonly tenantId: string;
  /** Object id of the service principal: `oid` and `sub` of app-only tokens. */
  readonly objectId: string;
  readonly name: string;
  readonly identifierUris: string[];
  readonly scopes: string[];
  readonly adminConsentScopes: string[];
  readonly appRoles: string[];
  readonly redirectUris: RedirectUris;
  readonly clientSecrets: ClientSecretInit[];
  readonly certificates: string[];
  readonly trustedSubjectNames: string[];
  readonly federatedCredentials: FederatedCredentialInit[];
  readonly isPublicClient: boolean;
  readonly requestedAccessTokenVersion: 1 | 2;
  readonly customSigningKey: boolean;
  readonly multiTenant: boolean;
  /** Tenants with a service principal; `*` stands for every tenant. */
  readonly provisionedIn: Set<string>;
  readonly appRoleAssignmentRequired: boolean;
  readonly appRoleAssignments: AppRoleAssignment[];
  readonly assignedUsers: string[];
  disabled: boolean;
}

/** An application from what the caller gave. */
export function createApplication(init: ApplicationInit, tenantId: string): EmulatedApplication {
  const clientId = requireGuid(init.clientId ?? randomUUID(), 'clientId');
  return {
    clientId,
    tenantId,
    objectId: randomUUID(),
    name: init.name ?? `app-${clientId.slice(0, 8)}`,
    identifierUris: [...(init.identifierUris ?? [`api://${clientId}`])],
    scopes: [...(init.scopes ?? ['access_as_user'])],
    adminConsentScopes: [...(init.adminConsentScopes ?? [])],
    appRoles: [...(init.appRoles ?? [])],
    redirectUris: createRedirectUris(init.redirectUris ?? {}),
    clientSecrets: (init.clientSecrets ?? []).map(secretOf),
    certificates: [...(init.certificates ?? [])],
    trustedSubjectNames: [...(init.trustedSubjectNames ?? [])],
    federatedCredentials: [...(init.federatedCredentials ?? [])],
    isPublicClient: init.isPublicClient ?? false,
    requestedAccessTokenVersion: init.requestedAccessTokenVersion ?? 2,
    customSigningKey: init.customSigningKey ?? false,
    multiTenant: init.multiTenant ?? false,
    provisionedIn: new Set([tenantId, ...(init.provisionedIn ?? []).map((id) => id.toLowerCase())]),
    appRoleAssignmentRequired: init.appRoleAssignmentRequired ?? false,
    appRoleAssignments: [...(init.appRoleAssignments ?? [])],
    assignedUsers: [...(init.assignedUsers ?? [])],
    disabled: init.disabled ?? false,
  };
}

function secretOf(secret: string | ClientSecretInit): ClientSecretInit {
  const init = typeof secret === 'string' ? { value: secret } : secret;
  if (init.value === '') {
    throw new TypeError('clientSecrets must not hold an empty secret.');
  }
  return init;
}

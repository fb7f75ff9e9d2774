import { randomUUID } from 'node:crypto';
import { requireGuid } from './guid.js';

/** What `addUser` takes; everything has a default. */
export interface UserInit {
  /** Object id in the tenant, a GUID; random by default. */
  readonly oid?: string;
  /** Tenant the user signs in to; the home tenant of the emulator by default. */
  readonly tenantId?: string;
  /** Display name; `Adele Vance` by default. */
  readonly name?: string;
  /** Sign-in name; derived from the name and the tenant's first domain by default. */
  readonly preferredUsername?: string;
  /** Mail address. Tokens carry it for guests only, as Entra's do. */
  readonly email?: string;
  /** Makes the user a guest: GUID of the home tenant, or `live.com` for a personal account. */
  readonly guestFrom?: string;
  /** May consent for the whole organization, and to scopes that need an administrator; false by default. */
  readonly isAdministrator?: boolean;
  /** Refused with AADSTS50057. */
  readonly disabled?: boolean;
  /** Refused with AADSTS500341. */
  readonly deleted?: boolean;
}

/** A user of a tenant. `disabled`, `deleted` and `tokensValidFrom` may be changed at any time. */
export interface EmulatedUser {
  readonly oid: string;
  readonly tenantId: string;
  readonly name: string;
  readonly preferredUsername: string;
  readonly email: string | undefined;
  readonly guestFrom: string | undefined;
  readonly isAdministrator: boolean;
  /** Refused with AADSTS50057 while true. */
  disabled: boolean;
  /** Refused with AADSTS500341 while true. */
  deleted: boolean;
  /** Refresh tokens issued earlier are refused with AADSTS50173, as after a password reset. */
  tokensValidFrom: Date | undefined;
}

/** A user from what the caller gave. */
export function createUser(init: UserInit, tenantId: string, domain: string): EmulatedUser {
  const name = init.name ?? 'Adele Vance';
  return {
    oid: requireGuid(init.oid ?? randomUUID(), 'oid'),
    tenantId,
    name,
    preferredUsername: init.preferredUsername ?? signInName(name, domain),
    email: init.email,
    guestFrom: init.guestFrom,
    isAdministrator: init.isAdministrator ?? false,
    disabled: init.disabled ?? false,
    deleted: init.deleted ?? false,
    tokensValidFrom: undefined,
  };
}

/** The identity provider of a guest, as the `idp` claim names it. */
export function identityProviderOf(guestFrom: string): string {
  return guestFrom === 'live.com' ? guestFrom : `https://sts.windows.net/${guestFrom}/`;
}

function signInName(name: string, domain: string): string {
  const local = name
    .normalize('NFKD')
    .replaceAll(/[^\w ]/g, '')
    .trim()
    .replaceAll(/\s+/g, '.')
    .toLowerCase();
  return `${local === '' ? 'user' : local}@${domain}`;
}

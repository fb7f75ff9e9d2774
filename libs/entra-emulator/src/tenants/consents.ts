import type { EmulatedApplication } from './application.js';
import { EVERY_TENANT, type Directory } from './directory.js';
import { MICROSOFT_GRAPH_URI } from './microsoft-applications.js';
import { isDefaultScope, isOidcWord, parseScopeName } from './scope-name.js';

/** Stands for every user in a consent of an administrator. */
const ANYBODY = '*';

/** A consent, or its withdrawal. */
export interface ConsentGrant {
  /** The client that may call. */
  readonly clientId: string;
  /** Scopes as requested in OAuth: `User.Read`, `api://x/Read`, `{client id}/Read`, `api://x/.default`. */
  readonly scopes: string | readonly string[];
  /** Object id of the one user who consents; absent: an administrator consents for every user. */
  readonly userId?: string;
}

/** A consent that was given, as the administration lists it. */
export interface GivenConsent {
  readonly clientId: string;
  readonly resourceId: string;
  /** Absent for the consent of an administrator for every user. */
  readonly userId?: string;
  /** Scope values of the resource. */
  readonly scopes: readonly string[];
}

/** Who consented to which scopes of which resource for which client. */
export class Consents {
  readonly #directory: Directory;
  /** client id → resource's client id → user's object id or `*` → scope values */
  readonly #grants = new Map<string, Set<string>>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Records a consent. It installs client and resource in the tenant of the user, or in every tenant. */
  grant(grant: ConsentGrant): void {
    const user = grant.userId === undefined ? undefined : this.#directory.findUserIn(undefined, grant.userId);
    const tenantId = grant.userId === undefined ? EVERY_TENANT : (user?.tenantId ?? '');
    const client = this.#directory.findApplication(grant.clientId);
    for (const { key, values, resource } of this.#resolve(grant)) {
      this.#directory.provision(resource, tenantId);
      if (client !== undefined) {
        this.#directory.provision(client, tenantId);
      }
      const granted = this.#grants.get(key) ?? new Set<string>();
      this.#grants.set(key, granted);
      for (const value of values) {
        granted.add(value);
      }
    }
  }

  /** Takes a consent back. */
  revoke(grant: ConsentGrant): void {
    for (const { key, values } of this.#resolve(grant)) {
      for (const value of values) {
        this.#grants.get(key)?.delete(value);
      }
    }
  }

  /** Every scope value of `resource` that `client` may use for the user, in the resource's own letter case. */
  grantedScopes(client: EmulatedApplication, resource: EmulatedApplication, userId: string): string[] {
    const forAll = this.#grants.get(grantKey(client.clientId, resource.clientId)) ?? [];
    const forUser = this.#grants.get(grantKey(client.clientId, resource.clientId, userId)) ?? [];
    return [...new Set([...forAll, ...forUser])];
  }

  /** Tells whether anything was consented to for the client, by the user or by an administrator for all. */
  hasAny(client: EmulatedApplication, userId: string): boolean {
    return this.list().some(
      ({ clientId, userId: grantedBy }) =>
        clientId === client.clientId && (grantedBy === undefined || grantedBy === userId.toLowerCase()),
    );
  }

  /** Every consent that stands. */
  list(): GivenConsent[] {
    return [...this.#grants].flatMap(([key, scopes]) => {
      const [clientId = '', resourceId = '', userId = ANYBODY] = key.split('/');
      return scopes.size === 0
        ? []
        : [{ clientId, resourceId, ...(userId === ANYBODY ? {} : { userId }), scopes: [...scopes] }];
    });
  }

  #resolve({
    clientId,
    scopes,
    userId,
  }: ConsentGrant): { key: string; values: string[]; resource: EmulatedApplication }[] {
    const list = typeof scopes === 'string' ? scopes.split(' ').filter((scope) => scope !== '') : scopes;
    return list.map((scope) => {
      const name = parseScopeName(isOidcWord(scope) ? `${MICROSOFT_GRAPH_URI}/${scope}` : scope);
      const resource = name && this.#directory.findResource(name.resource);
      if (name === undefined || resource === undefined) {
        throw new TypeError(
          `Consent to ${JSON.stringify(scope)} is not possible: no application has that identifier. ` +
            'Add it with addApplication first.',
        );
      }
      return {
        resource,
        key: grantKey(clientId, resource.clientId, userId),
        values: isDefaultScope(name.value) ? resource.scopes : [canonicalScope(resource, name.value)],
      };
    });
  }
}

/** The scope value in the letter case of the resource that exposes it. */
function canonicalScope(resource: EmulatedApplication, value: string): string {
  return resource.scopes.find((scope) => scope.toLowerCase() === value.toLowerCase()) ?? value;
}

function grantKey(clientId: string, resourceId: string, userId = ANYBODY): string {
  return `${clientId}/${resourceId}/${userId}`.toLowerCase();
}

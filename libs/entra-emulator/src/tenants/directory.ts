import { createApplication, type ApplicationInit, type EmulatedApplication } from './application.js';
import { isGuid, requireGuid } from './guid.js';
import { createMicrosoftApplications, isMicrosoftApplication } from './microsoft-applications.js';
import { createTenant, type EmulatedTenant, type TenantInit } from './tenant.js';
import { createUser, type EmulatedUser, type UserInit } from './user.js';

/** Stands for every tenant in the list of those that have a service principal. */
export const EVERY_TENANT = '*';

/** Tenants, users and applications, and how a request names them. */
export class Directory {
  readonly homeTenant: EmulatedTenant;
  readonly #tenants = new Map<string, EmulatedTenant>();
  readonly #users = new Map<string, EmulatedUser>();
  readonly #applications = new Map<string, EmulatedApplication>();

  constructor(home: TenantInit) {
    this.homeTenant = this.addTenant({ domains: ['contoso.onmicrosoft.com'], ...home });
    for (const application of createMicrosoftApplications()) {
      this.#applications.set(application.clientId, application);
    }
  }

  addTenant(init?: TenantInit): EmulatedTenant {
    const tenant = createTenant(init);
    if (this.#tenants.has(tenant.tenantId)) {
      throw new TypeError(`Tenant ${tenant.tenantId} exists already.`);
    }
    this.#tenants.set(tenant.tenantId, tenant);
    return tenant;
  }

  addUser(init: UserInit = {}): EmulatedUser {
    const tenant = this.#requireTenant(init.tenantId);
    const user = createUser(init, tenant.tenantId, tenant.domains[0] ?? tenant.tenantId);
    if (this.#users.has(userKey(tenant.tenantId, user.oid))) {
      throw new TypeError(`User ${user.oid} exists already in tenant ${tenant.tenantId}.`);
    }
    this.#users.set(userKey(tenant.tenantId, user.oid), user);
    return user;
  }

  addApplication(init: ApplicationInit = {}): EmulatedApplication {
    const application = createApplication(init, this.#requireTenant(init.tenantId).tenantId);
    if (this.#applications.has(application.clientId)) {
      throw new TypeError(`Application ${application.clientId} exists already.`);
    }
    this.#applications.set(application.clientId, application);
    return application;
  }

  /** The tenant with this GUID or verified domain. */
  findTenant(name: string): EmulatedTenant | undefined {
    const wanted = name.toLowerCase();
    return (
      this.#tenants.get(wanted) ??
      [...this.#tenants.values()].find((tenant) => tenant.domains.includes(wanted))
    );
  }

  findUser(tenantId: string, oid: string): EmulatedUser | undefined {
    return this.#users.get(userKey(tenantId, oid));
  }

  /** The user with this object id, in any tenant when `tenantId` is not given. */
  findUserIn(tenantId: string | undefined, oid: string): EmulatedUser | undefined {
    return tenantId === undefined
      ? [...this.#users.values()].find((user) => user.oid === oid.toLowerCase())
      : this.findUser(tenantId, oid);
  }

  /** Every tenant, the home tenant first. */
  get tenants(): readonly EmulatedTenant[] {
    return [...this.#tenants.values()];
  }

  /** Every user, in the order of their adding. */
  get users(): readonly EmulatedUser[] {
    return [...this.#users.values()];
  }

  /** Every registration of your own. */
  get applications(): readonly EmulatedApplication[] {
    return [...this.#applications.values()].filter((application) => !isMicrosoftApplication(application));
  }

  /** The user added first, in `tenantId` if given. */
  firstUser(tenantId?: string): EmulatedUser | undefined {
    return [...this.#users.values()].find((user) => tenantId === undefined || user.tenantId === tenantId);
  }

  /** The registration with this client id, whatever its tenant. */
  findApplication(clientId: string): EmulatedApplication | undefined {
    return this.#applications.get(clientId.toLowerCase());
  }

  /** The application of your own that was added first and meets `condition`. */
  firstApplication(
    condition: (application: EmulatedApplication) => boolean,
  ): EmulatedApplication | undefined {
    return [...this.#applications.values()].find(
      (application) => !isMicrosoftApplication(application) && condition(application),
    );
  }

  /** Tells whether `application` has a service principal in the tenant. */
  isProvisioned(application: EmulatedApplication, tenantId: string): boolean {
    const { provisionedIn } = application;
    return (
      isMicrosoftApplication(application) || provisionedIn.has(tenantId) || provisionedIn.has(EVERY_TENANT)
    );
  }

  /** Gives a multi-tenant application a service principal, as the first sign-in or consent from a tenant does. */
  provision(application: EmulatedApplication, tenantId: string): void {
    if (application.multiTenant) {
      application.provisionedIn.add(tenantId);
    }
  }

  /** The application that a resource identifier names: a client id or an App ID URI, in any letter case. */
  findResource(identifier: string): EmulatedApplication | undefined {
    if (isGuid(identifier)) {
      return this.findApplication(identifier);
    }
    const wanted = identifier.toLowerCase();
    return [...this.#applications.values()].find((application) =>
      application.identifierUris.some((uri) => uri.toLowerCase() === wanted),
    );
  }

  #requireTenant(tenantId: string = this.homeTenant.tenantId): EmulatedTenant {
    const tenant = this.findTenant(requireGuid(tenantId, 'tenantId'));
    if (tenant === undefined) {
      throw new TypeError(`Tenant ${tenantId} is not known. Add it with addTenant first.`);
    }
    return tenant;
  }
}

function userKey(tenantId: string, oid: string): string {
  return `${tenantId}/${oid}`.toLowerCase();
}

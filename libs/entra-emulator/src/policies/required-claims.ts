import { randomUUID } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';
import { isAadstsCode, type AadstsCode } from '../errors/aadsts-registry.js';
import { requireGuid } from '../tenants/guid.js';
import { isDefaultScope, parseScopeName } from '../tenants/scope-name.js';
import type { Directory } from '../tenants/directory.js';

/** A conditional access policy on a scope or on a whole resource. */
export interface RequireClaimsPolicy {
  /** The scope it guards, as requested in OAuth; `{resource}/.default` guards the whole resource. */
  readonly scope?: string;
  /** The resource it guards: client id or App ID URI. */
  readonly resource?: string;
  /** AADSTS code of the refusal: 50076 (MFA, the default), 50079, 53000, 53003 … */
  readonly code?: number;
  /** GUIDs for the `capolids` of the claims; one random GUID by default. */
  readonly policyIds?: readonly string[];
  /** Object id of the only user it applies to. */
  readonly userId?: string;
  /** False for per-user MFA and security defaults, which name no claims; true by default. */
  readonly withClaims?: boolean;
}

/** A policy, as the administration and the sign-in see it. */
export interface ListedPolicy {
  /** Client id of the resource it guards. */
  readonly resourceId: string;
  /** The scope it guards, lower case; undefined for the whole resource. */
  readonly scope: string | undefined;
  readonly code: AadstsCode;
  readonly policyIds: readonly string[];
  readonly userId: string | undefined;
  readonly withClaims: boolean;
}

/** One request for a token, as the policies see it. */
export interface PolicySubject {
  readonly resourceId: string;
  readonly userId: string;
  /** Scope values the token would get. */
  readonly scopes: readonly string[];
  /** Policy ids that the sign-in behind the request satisfied. */
  readonly satisfied: ReadonlySet<string>;
}

/** Conditional access: which sign-ins are not enough for which resource (Microsoft: Conditional Access developer guide). */
export class RequiredClaims {
  readonly #directory: Directory;
  readonly #policies: ListedPolicy[] = [];

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Adds a policy and gives back its ids. */
  add(policy: RequireClaimsPolicy): { policyIds: string[] } {
    const code = policy.code ?? 50076;
    if (!isAadstsCode(code)) {
      throw new TypeError(`requireClaims: AADSTS${code} is not a code the emulator knows.`);
    }
    const policyIds = (policy.policyIds ?? [randomUUID()]).map((id) => requireGuid(id, 'policyIds'));
    const { resourceId, scope } = this.#target(policy);
    const userId = policy.userId?.toLowerCase();
    this.#policies.push({
      resourceId,
      scope,
      code,
      policyIds,
      userId,
      withClaims: policy.withClaims ?? true,
    });
    return { policyIds };
  }

  /** Every policy. */
  get all(): readonly ListedPolicy[] {
    return this.#policies;
  }

  /** Takes the policies with this id away; false when there is none. */
  remove(policyId: string): boolean {
    const kept = this.#policies.filter(({ policyIds }) => !policyIds.includes(policyId.toLowerCase()));
    const isFound = kept.length < this.#policies.length;
    this.#policies.splice(0, Infinity, ...kept);
    return isFound;
  }

  /** The policies that the sign-in behind a request does not satisfy. */
  unsatisfied(subject: PolicySubject): readonly ListedPolicy[] {
    return this.#unsatisfied(subject);
  }

  /** Refuses the request when a policy on it is not satisfied; a blocking policy speaks first. */
  enforce(subject: PolicySubject): void {
    const unsatisfied = this.#unsatisfied(subject);
    const spokesman = unsatisfied.find((policy) => policy.code === 53003) ?? unsatisfied[0];
    if (spokesman === undefined) {
      return;
    }
    const policyIds = unsatisfied.filter((policy) => policy.withClaims).flatMap((policy) => policy.policyIds);
    const claims = spokesman.withClaims ? { claims: capolidsClaims(policyIds) } : {};
    throw new AadstsError(spokesman.code, [subject.resourceId], claims);
  }

  /**
   * Tells whether a policy guards this very scope and is not satisfied. Such a scope is left out of a token that
   * did not ask for it (Microsoft: breaking changes, August 2021).
   */
  wouldRefuse(subject: PolicySubject): boolean {
    return this.#unsatisfied(subject).some((policy) => policy.scope !== undefined);
  }

  #unsatisfied({ resourceId, userId, scopes, satisfied }: PolicySubject): ListedPolicy[] {
    return this.#policies.filter(
      (policy) =>
        policy.resourceId === resourceId &&
        (policy.userId === undefined || policy.userId === userId.toLowerCase()) &&
        (policy.scope === undefined || scopes.some((scope) => scope.toLowerCase() === policy.scope)) &&
        !policy.policyIds.every((id) => satisfied.has(id)),
    );
  }

  #target({ scope, resource }: RequireClaimsPolicy): { resourceId: string; scope: string | undefined } {
    const name = scope === undefined ? undefined : parseScopeName(scope);
    const identifier = name?.resource ?? resource;
    const application = identifier === undefined ? undefined : this.#directory.findResource(identifier);
    if (application === undefined) {
      throw new TypeError(
        `requireClaims: ${JSON.stringify(scope ?? resource)} names no resource. ` +
          'Give the scope or resource of an application that was added.',
      );
    }
    const value = name === undefined || isDefaultScope(name.value) ? undefined : name.value.toLowerCase();
    return { resourceId: application.clientId, scope: value };
  }
}

/** The claims challenge of conditional access: JSON text, in Entra's member order. */
export function capolidsClaims(policyIds: readonly string[]): string {
  return JSON.stringify({ access_token: { capolids: { essential: true, values: policyIds } } });
}

import { tokenCacheKey } from '../cache/token-cache-key.js';
import type { Assertion } from '../caller/assertion.js';
import type { Caller } from '../caller/request-scope.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { concreteTenant } from './concrete-tenant.js';
import type { ScopeRequest } from './scope-request.js';
import type { TokenExchangeEngine } from './token-exchange-engine.js';
import type { TokenRequest } from './token-request.js';

/** For whom a token is exchanged. */
export interface ExchangeSubject {
  readonly assertion: Assertion;
  /** Grant type of the assertion. Default: that of JSON Web Tokens. */
  readonly assertionType?: string;
  /** Tenant to exchange at, a GUID. */
  readonly tenantId: string;
  /** Object id of the user; empty where it is not known. */
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly assertionExpiresAt: number;
}

/** Puts together what is wanted: for a user, or for the application itself. */
export class TokenRequests {
  constructor(
    private readonly options: ResolvedOptions,
    private readonly engine: TokenExchangeEngine,
  ) {}

  /** A token on behalf of a user. @param claims claims request of a challenge; its token is kept apart */
  onBehalfOf(
    subject: ExchangeSubject,
    { resource, scopes, names }: ScopeRequest,
    claims?: string,
  ): TokenRequest {
    const { assertion, assertionType, tenantId, userId, assertionExpiresAt } = subject;
    return {
      key: tokenCacheKey({ tenantId, assertionId: assertion.id, resource, claims: claims ?? '' }),
      holder: `${tenantId}|${assertion.id}`,
      scopes,
      names,
      tenantId,
      userId,
      assertionId: assertion.id,
      assertionExpiresAt,
      assertion,
      exchange: (asked, correlationId) =>
        this.engine.exchange({ assertion, assertionType, tenantId, scopes: asked, claims, correlationId }),
    };
  }

  /**
   * A token of the application itself.
   * @throws ConfigurationError when the scope does not end in `/.default` (AADSTS1002012), or no tenant is
   *   named where the API serves many (AADSTS90010)
   */
  ofApplication({ resource, scopes, names }: ScopeRequest, tenant?: string, claims?: string): TokenRequest {
    const [scope] = scopes;
    if (!scope?.includes('/') || scopes.length > 1 || !names.has('.default')) {
      throw new ConfigurationError(
        `The scope of an app-only token is ${scopes.join(' ')}; give one that ends in /.default, such as "https://graph.microsoft.com/.default".`,
      );
    }
    const tenantId = concreteTenant(tenant ?? this.options.authority.tenant);
    return {
      key: tokenCacheKey({ tenantId, assertionId: '', resource, claims: claims ?? '' }),
      holder: `${tenantId}|`,
      scopes,
      names,
      tenantId,
      userId: '',
      assertionId: '',
      assertionExpiresAt: Infinity,
      exchange: (_asked, correlationId) =>
        this.engine.acquireForApp({ tenantId, scope, claims, correlationId }),
    };
  }
}

/** The caller of a request as the subject of an exchange. @param tenant default: the caller's own */
export function subjectOf({ user, assertion }: Caller, tenant?: string): ExchangeSubject {
  const tenantId = tenant === undefined ? user.tid : concreteTenant(tenant);
  return { assertion, tenantId, userId: user.oid, assertionExpiresAt: user.claims.exp * 1000 };
}

import type { DirectoryTokenClaims } from '../caller/access-token-claims.js';
import { CONSUMER_TENANT_ID } from '../caller/entra-user.js';
import { scopesOf } from '../caller/token-scopes.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { issuerOf } from '../options/authority.js';
import { isGuid } from '../options/guid.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { quoteForLog } from '../errors/log-text.js';
import { audienceHint } from './audience-hint.js';

/** What a token says, before anything is known of it. */
export type Claims = Readonly<Record<string, unknown>>;

/** What the rules have to know besides the claims. */
export interface RuleContext {
  readonly options: ResolvedOptions;
  /** The one tenant of the API; `undefined` when it serves many. */
  readonly homeTenantId: string | undefined;
  /** Issuer of v1.0 tokens with `{tenantid}` for the tenant; `undefined` when there are none. */
  readonly v1IssuerTemplate: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The rules of Entra access tokens (Microsoft identity platform, "Access tokens: validate tokens" and
 * "Secure applications and APIs by validating claims"), in order; each throws an
 * {@link InvalidTokenError} with a code of its own.
 */
export function checkClaims(claims: Claims, context: RuleContext): asserts claims is DirectoryTokenClaims {
  const client = claims['ver'] === '2.0' ? claims['azp'] : claims['appid'];
  checkTimes(claims, context);
  checkKind(claims, client);
  const tenantId = checkTenant(claims, context);
  checkIssuer(claims, tenantId, context);
  checkAudience(claims, context);
  checkSubject(claims);
  checkPermissions(claims, context);
  checkClientApplication(client, context);
}

/** `exp`, `nbf` and `iat` are finite numbers and hold at `now`, give or take the clock skew (RFC 7519 section 4.1). */
export function checkTimes(claims: Claims, { options, now }: RuleContext): void {
  const skew = options.clockSkewSeconds;
  const { exp, nbf, iat } = claims;
  if (!isTime(exp))
    throw new InvalidTokenError('token_lifetime', `exp is ${quoteForLog(exp)}; a time is required`);
  if (nbf !== undefined && !isTime(nbf))
    throw new InvalidTokenError('token_lifetime', `nbf is ${quoteForLog(nbf)}`);
  if (iat !== undefined && !isTime(iat))
    throw new InvalidTokenError('token_lifetime', `iat is ${quoteForLog(iat)}`);
  if (nbf !== undefined && nbf > exp) throw new InvalidTokenError('token_lifetime', 'nbf lies after exp');
  if (now >= exp + skew) throw new InvalidTokenError('token_expired', `exp was ${now - exp} seconds ago`);
  if (nbf !== undefined && nbf > now + skew) {
    throw new InvalidTokenError('token_not_yet_valid', `nbf is in ${nbf - now} seconds; compare the clocks`);
  }
  if (iat !== undefined && iat > now + skew) {
    throw new InvalidTokenError('token_not_yet_valid', `iat is in ${iat - now} seconds; compare the clocks`);
  }
}

/**
 * An access token for an API, not an ID token. Access tokens name the calling application (`azp`, in v1.0 `appid`);
 * ID tokens do not, nor do they carry scopes, and most have the `nonce` of a sign-in.
 */
export function checkKind(claims: Claims, client: unknown): void {
  if (client === undefined && (claims['nonce'] !== undefined || scopesOf(claims['scp']).length === 0)) {
    throw new InvalidTokenError(
      'token_type',
      'The token is an ID token; the client has to send an access token, acquired with a scope of this API',
    );
  }
}

/** `tid` is the tenant of the API, or one that is let in; gives it. */
export function checkTenant(claims: Claims, { options, homeTenantId }: RuleContext): string {
  const { tid } = claims;
  if (!isGuid(tid))
    throw new InvalidTokenError('token_tenant', `tid is ${quoteForLog(tid)}; a GUID is required`);
  const { allowedTenants, authority } = options;
  if (!authority.isMultiTenant && tid !== homeTenantId) {
    throw new InvalidTokenError('token_tenant', `tid is ${tid}; this API serves tenant ${homeTenantId}`);
  }
  if (tid === CONSUMER_TENANT_ID && authority.isMultiTenant && !authority.acceptsPersonalAccounts) {
    throw new InvalidTokenError(
      'token_tenant',
      'The token is of a personal account; those come in under tenantId "common"',
    );
  }
  if (allowedTenants !== undefined && allowedTenants !== 'any' && !allowedTenants.has(tid)) {
    throw new InvalidTokenError('token_tenant', `tid is ${tid}, which is not among allowedTenants`);
  }
  return tid;
}

/** `iss` is exactly the v1.0 or v2.0 form for the token's own tenant, as `ver` says. */
export function checkIssuer(
  claims: Claims,
  tenantId: string,
  { options, v1IssuerTemplate }: RuleContext,
): void {
  const { ver, iss } = claims;
  const template =
    ver === '2.0' ? options.authority.v2IssuerTemplate : ver === '1.0' ? v1IssuerTemplate : undefined;
  if (template === undefined) {
    const accepted = v1IssuerTemplate === undefined ? '"2.0" is' : '"1.0" and "2.0" are';
    throw new InvalidTokenError('token_version', `ver is ${quoteForLog(ver)}; ${accepted} accepted`);
  }
  const expected = issuerOf(template, tenantId);
  if (iss !== expected) {
    throw new InvalidTokenError(
      'token_issuer',
      `iss is ${quoteForLog(iss)}; for a v${String(ver)} token of this tenant it is ${expected}`,
    );
  }
}

/** `aud` is one of the accepted audiences, compared exactly, or a list of strings that contains one. */
export function checkAudience(claims: Claims, { options }: Pick<RuleContext, 'options'>): void {
  const { aud } = claims;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  const isList = audiences.every((audience) => typeof audience === 'string');
  if (isList && audiences.some((audience) => options.audiences.includes(audience))) return;
  throw new InvalidTokenError(
    'token_audience',
    `aud is ${quoteForLog(aud)}; this API accepts ${options.audiences.join(', ')}.${audienceHint(claims, options)}`,
  );
}

/** `oid` and `sub` identify somebody. */
export function checkSubject(claims: Claims): void {
  const { oid, sub } = claims;
  if (!isGuid(oid))
    throw new InvalidTokenError('token_subject', `oid is ${quoteForLog(oid)}; a GUID is required`);
  if (typeof sub !== 'string' || sub === '')
    throw new InvalidTokenError('token_subject', `sub is ${quoteForLog(sub)}`);
}

/**
 * `scp` and `roles` have the form they are read in later, and the token carries a scope or a role: one with neither
 * was not issued for the use of this API.
 */
export function checkPermissions(claims: Claims, { options }: RuleContext): void {
  const { scp, roles } = claims;
  if (scp !== undefined && typeof scp !== 'string') {
    throw new InvalidTokenError('token_no_permission', `scp is ${quoteForLog(scp)}; a string is required`);
  }
  if (roles !== undefined && !(Array.isArray(roles) && roles.every((role) => typeof role === 'string'))) {
    throw new InvalidTokenError(
      'token_no_permission',
      `roles is ${quoteForLog(roles)}; a list of strings is required`,
    );
  }
  if (
    scopesOf(scp).length > 0 ||
    roles?.some((role) => role.trim()) ||
    options.allowWebApiToBeAuthorizedByACL
  )
    return;
  throw new InvalidTokenError(
    'token_no_permission',
    'The token has neither scp nor roles; assign the client an app role or expose a scope, or set allowWebApiToBeAuthorizedByACL',
  );
}

/** The calling application is let in. */
export function checkClientApplication(
  client: unknown,
  { options }: RuleContext,
): asserts client is string | undefined {
  const { allowedClientApplications } = options;
  if (client !== undefined && !isGuid(client)) {
    throw new InvalidTokenError(
      'token_client_application',
      `The calling application is ${quoteForLog(client)}; a GUID is required`,
    );
  }
  if (allowedClientApplications === null || (client !== undefined && allowedClientApplications.has(client)))
    return;
  throw new InvalidTokenError(
    'token_client_application',
    `The calling application is ${quoteForLog(client)}, which is not among allowedClientApplications`,
  );
}

function isTime(value: unknown): value is number {
  // Later than this is no time in seconds (Entra's longest token lives 28 hours): milliseconds, or forged.
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 100_000_000_000;
}

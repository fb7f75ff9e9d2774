import type { AccessTokenClaims } from '../caller/access-token-claims.js';
import { userOf, type EntraUser } from '../caller/entra-user.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { isGuid } from '../options/guid.js';
import {
  checkAudience,
  checkClientApplication,
  checkKind,
  checkPermissions,
  checkTenant,
  checkTimes,
  type Claims,
  type RuleContext,
} from './access-token-rules.js';
import { quoteForLog } from '../errors/log-text.js';

/**
 * The rules of Azure AD B2C access tokens (Azure AD B2C, "Overview of tokens" and "Configure tokens"); each throws
 * an {@link InvalidTokenError} with a code of its own. Gives the user the token speaks of.
 */
export function b2cUser(claims: Claims, context: RuleContext): EntraUser {
  const client = claims['azp'];
  checkTimes(claims, context);
  checkKind(claims, client);
  const tid = checkB2cTenant(claims, context);
  checkB2cIssuer(claims, tid, context);
  checkPolicy(claims, context);
  checkAudience(claims, context);
  const oid = checkB2cSubject(claims);
  checkPermissions(claims, context);
  checkClientApplication(client, context);
  return userOf(claims as AccessTokenClaims, { oid, tid, clientApplicationId: client });
}

/** `tid` is the tenant of the API. Most policies leave it out; then the tenant is that of the issuer, checked next. */
export function checkB2cTenant(claims: Claims, context: RuleContext): string {
  const tid = claims['tid'] === undefined ? context.homeTenantId : claims['tid'];
  return checkTenant({ tid }, context);
}

/** `iss` is exactly the issuer of the tenant, slash at the end included, and `ver` is 1.0, as in all of B2C. */
export function checkB2cIssuer(claims: Claims, tenantId: string, { options }: RuleContext): void {
  const { ver, iss } = claims;
  if (ver !== '1.0') {
    throw new InvalidTokenError(
      'token_version',
      `ver is ${quoteForLog(ver)}; tokens of Azure AD B2C are of version "1.0"`,
    );
  }
  const expected = options.authority.v2Issuer(tenantId);
  if (iss !== expected) {
    throw new InvalidTokenError(
      'token_issuer',
      `iss is ${quoteForLog(iss)}; for a token of this B2C tenant it is ${expected}`,
    );
  }
}

/**
 * `tfp`, in older policies `acr`, names the policy of the API, in whatever case: all policies of a tenant have one
 * issuer, and not all of them ask as much of who signs in.
 */
export function checkPolicy(claims: Claims, { options }: RuleContext): void {
  const { tfp, acr } = claims;
  const named = tfp === undefined ? acr : tfp;
  const expected = options.authority.policy;
  if (typeof named === 'string' && named.toLowerCase() === expected?.toLowerCase()) return;
  throw new InvalidTokenError(
    'token_issuer',
    `The token is of policy ${quoteForLog(named)} (tfp or acr); this API accepts ${expected}`,
  );
}

/** `oid`, or `sub` where the policy issues no `oid`, identifies somebody; gives it. */
export function checkB2cSubject(claims: Claims): string {
  const { oid, sub } = claims;
  if (typeof sub !== 'string' || sub === '')
    throw new InvalidTokenError('token_subject', `sub is ${quoteForLog(sub)}`);
  if (oid !== undefined) {
    if (isGuid(oid)) return oid;
    throw new InvalidTokenError('token_subject', `oid is ${quoteForLog(oid)}; a GUID is required`);
  }
  // OpenID Connect Core section 2. A space in it is the sentence "Not supported currently. Use oid claim.", which
  // a policy can be told to write for everybody.
  if (/^[\x21-\x7e]{1,255}$/.test(sub)) return sub;
  throw new InvalidTokenError(
    'token_subject',
    `oid is missing and sub is ${quoteForLog(sub)}, which identifies nobody; let the policy issue the object id`,
  );
}

import { authenticateClient } from '../client-authentication/authenticate-client.js';
import { AadstsError } from '../errors/aadsts-error.js';
import { authorizationCode } from '../grants/authorization-code.js';
import { clientCredentials } from '../grants/client-credentials.js';
import { onBehalfOf } from '../grants/on-behalf-of.js';
import { refreshToken } from '../grants/refresh-token.js';
import {
  refuseResource,
  requireParameter,
  type TokenRequest,
  type TokenResponse,
} from '../grants/token-request.js';
import type { Platform } from '../platform.js';
import { jsonAnswer, NO_STORE_HEADERS, type Answer } from './answer.js';
import { assertionAudiences } from './assertion-audiences.js';
import { unsupportedByPolicy } from './b2c-policy.js';
import { checkOrigin, redemptionPlatform } from './cross-origin.js';
import type { Exchange } from './exchange.js';
import { checkClientInTenant, findRegistration } from './find-client.js';
import { issuingTenant, refuseAlias } from './issuing-tenant.js';
import { resolveTenant } from './tenant-segment.js';

/** The grants of the token endpoint, by the `grant_type` that asks for them. */
const GRANTS: ReadonlyMap<string, (platform: Platform, request: TokenRequest) => TokenResponse> = new Map([
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', onBehalfOf],
  ['authorization_code', authorizationCode],
  ['client_credentials', clientCredentials],
  ['refresh_token', refreshToken],
]);

/**
 * Answers `POST /{tenant}/oauth2/v2.0/token`, checking in Entra's order: method and body, grant type, tenant, client,
 * client credential, and then what the grant itself asks for.
 */
export async function tokenEndpoint(platform: Platform, exchange: Exchange): Promise<Answer> {
  const { form, route } = exchange;
  checkMethod(exchange.method);
  refuseDuplicates(exchange);
  const grantType = requireParameter(form, 'grant_type');
  if (route.policy !== undefined) {
    return unsupportedByPolicy(grantType, exchange, platform.now());
  }
  const grant = findGrant(grantType);
  const named = resolveTenant(platform.directory, route.tenant, 'invalid_request');
  refuseAlias(named, grantType);
  const application = findRegistration(platform, requireParameter(form, 'client_id'), route.tenant);
  const tenantId = issuingTenant(platform, named, application, form);
  checkClientInTenant(platform, application, tenantId, grantType);
  const audiences = assertionAudiences(platform, exchange, tenantId);
  const clientPlatform = redemptionPlatform(platform, exchange);
  checkOrigin(exchange, clientPlatform);
  const client = await authenticateClient({ platform, application, form, audiences, clientPlatform });
  refuseResource(form);
  platform.requestLoops?.check(tenantId, form);
  const response = grant(platform, { tenantId, form, application, client });
  return jsonAnswer(200, response, NO_STORE_HEADERS);
}

/** AADSTS900561: tokens are posted for. */
function checkMethod(method: string): void {
  if (method !== 'POST') {
    throw new AadstsError(900561, [method]);
  }
}

/** AADSTS9002313: a parameter must not come twice (RFC 6749 §3.2). */
function refuseDuplicates({ hasDuplicates }: Exchange): void {
  if (hasDuplicates) {
    throw new AadstsError(9002313);
  }
}

/** AADSTS70003: no such grant. */
function findGrant(grantType: string): (platform: Platform, request: TokenRequest) => TokenResponse {
  const grant = GRANTS.get(grantType);
  if (grant === undefined) {
    throw new AadstsError(70003, [grantType]);
  }
  return grant;
}

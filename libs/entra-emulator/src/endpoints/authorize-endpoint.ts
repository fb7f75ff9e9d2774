import { advance } from '../authorize/advance.js';
import { readAuthorizationRequest, type AuthorizationRequest } from '../authorize/authorization-request.js';
import { checkResponseMode, findReplyTarget } from '../authorize/reply-target.js';
import { replyWithError } from '../authorize/reply.js';
import { readSessionCookie, sessionCookie } from '../authorize/session-cookie.js';
import { AadstsError } from '../errors/aadsts-error.js';
import { requireParameter } from '../grants/token-request.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { textAnswer, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { checkClientInTenant, findRegistration } from './find-client.js';
import { parametersOf } from './parameters.js';
import { resolveTenant } from './tenant-segment.js';

/**
 * Answers `/{tenant}/oauth2/v2.0/authorize`, by GET and POST (OpenID Connect Core §3.1.2.1). What is wrong with client
 * or redirect URI is shown; every other refusal goes back to the client.
 */
export function authorizeEndpoint(platform: Platform, exchange: Exchange): Answer {
  const { method, route } = exchange;
  if (method !== 'GET' && method !== 'POST') {
    return textAnswer(405, 'Method Not Allowed', { Allow: 'GET, POST' });
  }
  const parameters = parametersOf(exchange);
  const clientId = requireParameter(parameters, 'client_id');
  const application = findRegistration(platform, clientId, route.tenant);
  const tenantId = tenantOf(platform, route.tenant, application);
  const target = findReplyTarget(application, parameters);
  const found = { application, tenantId, tenantSegment: route.tenant, target };
  const request = readOrRefuse(parameters, found);
  if (request instanceof AadstsError) {
    return replyWithError(target, request, exchange, platform.now());
  }
  const cookie = readSessionCookie(platform.url, exchange.headers.cookie);
  const session = platform.browserSessions.findOrOpen(cookie);
  const answer = advance(platform, exchange, platform.transactions.begin(request, session));
  return session.id === cookie ? answer : withCookie(answer, sessionCookie(platform.url, session.id));
}

/** What is wrong behind client and redirect URI is for the client to know. */
function readOrRefuse(
  parameters: ReadonlyMap<string, string>,
  found: Parameters<typeof readAuthorizationRequest>[1],
): AuthorizationRequest | AadstsError {
  try {
    checkResponseMode(parameters);
    return readAuthorizationRequest(parameters, found);
  } catch (error) {
    if (error instanceof AadstsError) {
      return error;
    }
    throw error;
  }
}

/** The tenant of the path, with the client in it; undefined for `common` and `organizations`. */
function tenantOf(platform: Platform, segment: string, application: EmulatedApplication): string | undefined {
  const named = resolveTenant(platform.directory, segment, 'invalid_request');
  const { clientId, name, multiTenant, disabled } = application;
  if (disabled) {
    throw new AadstsError(7000112, [clientId, name]);
  }
  if (named.kind === 'tenant') {
    if (!multiTenant) {
      checkClientInTenant(platform, application, named.tenantId, 'authorization_code');
    }
    return named.tenantId;
  }
  if (named.alias === 'consumers') {
    throw new AadstsError(9002332, [clientId, name]);
  }
  if (!multiTenant) {
    throw new AadstsError(50194, [clientId, name]);
  }
  return undefined;
}

function withCookie(answer: Answer, cookie: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookie } };
}

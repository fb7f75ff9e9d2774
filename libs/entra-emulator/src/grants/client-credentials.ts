import { AadstsError } from '../errors/aadsts-error.js';
import type { Platform } from '../platform.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { issueAppAccessToken } from '../tokens/issue-token.js';
import { expiresIn } from '../tokens/token-lifetime.js';
import { findRequestedResource, registeredIdentifier } from './requested-resource.js';
import { parseRequestedScopes } from './requested-scopes.js';
import { requireParameter, type TokenRequest, type TokenResponse } from './token-request.js';

/**
 * Issues a token to the application itself (RFC 6749 §4.4; Microsoft: client credentials flow). An application may
 * ask for itself, by `api://` URI too.
 */
export function clientCredentials(platform: Platform, request: TokenRequest): TokenResponse {
  const { tenantId, client, application, form } = request;
  const identifier = requestedResource(requireParameter(form, 'scope'));
  const resource = findRequestedResource(platform, tenantId, identifier);
  const roles = assignedRoles(platform, application, resource);
  const requestedName = registeredIdentifier(resource, identifier);
  const issued = issueAppAccessToken(platform, {
    tenantId,
    client,
    resource,
    requestedResource: requestedName,
    roles,
  });
  const seconds = expiresIn(issued.exp, platform.now());
  return { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: issued.token };
}

/** AADSTS1002012 unless the scope is the `.default` of a resource. */
function requestedResource(scope: string): string {
  const words = scope.split(' ').filter((word) => word !== '');
  if (!words.every((word) => word.toLowerCase().endsWith('/.default'))) {
    throw new AadstsError(1002012, [scope]);
  }
  return parseRequestedScopes(scope).resource;
}

/** The roles of the client on the resource; AADSTS501051 when it has none and the resource demands one. */
function assignedRoles(
  platform: Platform,
  application: EmulatedApplication,
  resource: EmulatedApplication,
): readonly string[] {
  const assignments = application.appRoleAssignments.filter(
    (assignment) => platform.directory.findResource(assignment.resource) === resource,
  );
  if (assignments.length === 0 && resource.appRoleAssignmentRequired) {
    throw new AadstsError(501051, [application.clientId, application.name, resource.clientId, resource.name]);
  }
  return [...new Set(assignments.flatMap(({ roles }) => roles))];
}

import { UNKNOWN_ID, type ErrorDefinition } from './error-definition.js';

const INVALID_SCOPE = "The provided value for the input parameter 'scope' is not valid.";

/** Refusals about the requested scopes, their resource, consent to them and assignment to it. */
export const CONSENT_AND_RESOURCE_ERRORS = {
  65001: {
    status: 400,
    error: 'invalid_grant',
    suberror: 'consent_required',
    errorUri: false,
    describe: (clientId = UNKNOWN_ID, name = 'application') =>
      `The user or administrator has not consented to use the application with ID '${clientId}' named '${name}'. ` +
      'Send an interactive authorization request for this user and resource.',
  },
  65004: {
    status: 400,
    error: 'access_denied',
    errorUri: true,
    describe: () => 'User declined to consent to access the app.',
  },
  90094: {
    status: 400,
    error: 'access_denied',
    errorUri: true,
    describe: (name = 'application') =>
      `${name} needs permission to access resources in your organization that only an admin can grant. ` +
      'Please ask an admin to grant permission to this app before you can use it.',
  },
  65002: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (client = UNKNOWN_ID, resource = UNKNOWN_ID) =>
      `Consent between first party application '${client}' and first party resource '${resource}' must be ` +
      'configured via preauthorization.',
  },
  65005: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID) =>
      `The application '${clientId}' asked for permissions to access a resource that has been removed or is no ` +
      'longer available.',
  },
  650052: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: (resource = UNKNOWN_ID) =>
      `The app is trying to access a service '${resource}' that your organization lacks a service principal for.`,
  },
  650056: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: () => 'Misconfigured application.',
  },
  650057: {
    status: 400,
    error: 'invalid_client',
    errorUri: false,
    describe: (clientId = UNKNOWN_ID, resource = UNKNOWN_ID) =>
      'Invalid resource. The client has requested access to a resource which is not listed in the requested ' +
      `permissions in the client's application registration. Client app ID: ${clientId}. ` +
      `Resource value from request: ${resource}.`,
  },
  500011: {
    status: 400,
    error: 'invalid_resource',
    errorUri: true,
    describe: (resource = UNKNOWN_ID, tenant = UNKNOWN_ID) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if ` +
      'the application has not been installed by the administrator of the tenant or consented to by any user in ' +
      'the tenant. You might have sent your authentication request to the wrong tenant.',
  },
  50001: {
    status: 400,
    error: 'invalid_resource',
    errorUri: true,
    describe: (resource = UNKNOWN_ID, tenant = UNKNOWN_ID) =>
      `The application named ${resource} was not found in the tenant named ${tenant}. This can happen if the ` +
      'application has not been installed by the administrator of the tenant, or is disabled.',
  },
  70011: {
    status: 400,
    error: 'invalid_scope',
    errorUri: false,
    describe: (scope = '', hint = '') =>
      `The provided request must include a 'scope' input parameter. ${INVALID_SCOPE} ` +
      `The scope ${scope} is not valid.${hint === '' ? '' : ` ${hint}`}`,
  },
  1002012: {
    status: 400,
    error: 'invalid_scope',
    errorUri: true,
    describe: (scope = '') =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      '/.default suffixed to the resource identifier (application ID URI).',
  },
  28000: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (scope = '') =>
      'Provided value for the input parameter scope is not valid because it contains more than one resource. ' +
      `Scope ${scope} is not valid.`,
  },
  28002: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (scope = '') =>
      `Provided value for the input parameter scope '${scope}' is not valid when requesting an access token. ` +
      'Please specify a valid scope.',
  },
  28003: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () =>
      'Provided value for the input parameter scope cannot be empty when requesting an access token using the ' +
      'provided authorization code. Please specify a valid scope.',
  },
  90009: {
    status: 400,
    error: 'invalid_resource',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID, name = 'application') =>
      `Application '${clientId}'(${name}) is requesting a token for itself. This scenario is supported only if ` +
      'resource is specified using the GUID based App Identifier.',
  },
  50105: {
    status: 400,
    error: 'interaction_required',
    errorUri: true,
    describe: (name = 'application', clientId = UNKNOWN_ID) =>
      `Your administrator has configured the application ${name} ('${clientId}') to block users unless they are ` +
      "specifically granted ('assigned') access to the application. The signed in user '{EmailHidden}' is blocked " +
      'because they are not a direct member of a group with access, nor had access directly assigned by an ' +
      'administrator. Please contact your administrator to assign access to this application.',
  },
  501051: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID, client = 'client', resourceId = UNKNOWN_ID, resource = 'resource') =>
      `Application '${clientId}'(${client}) is not assigned to a role for the application ` +
      `'${resourceId}'(${resource}).`,
  },
  901002: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () => "The 'resource' request parameter isn't supported.",
  },
} as const satisfies Record<number, ErrorDefinition>;

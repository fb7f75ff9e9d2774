import { UNKNOWN_ID, type ErrorDefinition } from './error-definition.js';

/** Refusals of the request as such: method, parameters, grant type, tenant, cloud. */
export const PROTOCOL_ERRORS = {
  900144: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (parameter = 'grant_type') =>
      `The request body must contain the following parameter: '${parameter}'.`,
  },
  900561: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (method = 'GET') =>
      `The endpoint only accepts POST, OPTIONS requests. Received a ${method} request.`,
  },
  70003: {
    status: 400,
    error: 'unsupported_grant_type',
    errorUri: false,
    describe: (grantType = '') => `The access grant '${grantType}' is not supported.`,
  },
  9002313: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () => 'Invalid request. Request is malformed or invalid.',
  },
  900023: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (tenant = '') =>
      `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  },
  90002: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (tenant = UNKNOWN_ID) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the ` +
      'correct cloud. Check with your subscription administrator, this may happen if there are no active ' +
      'subscriptions for the tenant.',
  },
  90010: {
    status: 400,
    error: 'invalid_request',
    errorUri: false,
    describe: () =>
      'The grant type is not supported over the /common or /consumers endpoints. ' +
      'Please use the /organizations or tenant-specific endpoint.',
  },
  9001023: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () =>
      'The grant type is not supported over the /common or /consumers endpoints. ' +
      'Please use the /organizations or tenant-specific endpoint.',
  },
  50194: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID, name = 'application') =>
      `Application '${clientId}'(${name}) is not configured as a multi-tenant application. Usage of the /common ` +
      "endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint " +
      'or configure the application to be multi-tenant.',
  },
  9002346: {
    status: 400,
    error: 'unauthorized_client',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID, name = 'application') =>
      `Application '${clientId}'(${name}) is configured for use by Microsoft Account users only. ` +
      'Please use the /consumers endpoint to serve this request.',
  },
  9002332: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (clientId = UNKNOWN_ID, name = 'application') =>
      `Application '${clientId}'(${name}) is configured for use by Azure Active Directory users only. ` +
      'Please do not use the /consumers endpoint to serve this request.',
  },
  50049: {
    status: 400,
    error: 'invalid_instance',
    errorUri: true,
    describe: () => 'Unknown or invalid instance.',
  },
  900439: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: () => 'US Government applications are not allowed on the public cloud endpoint.',
  },
  90038: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: (tenant = UNKNOWN_ID) =>
      `Tenant '${tenant}' request is being redirected to the National Cloud 'MicrosoftOnline.COM'.`,
  },
  900382: {
    status: 400,
    error: 'invalid_client',
    errorUri: true,
    describe: () => 'Confidential Client is not supported in Cross Cloud request.',
  },
  900384: {
    status: 400,
    error: 'invalid_grant',
    errorUri: true,
    describe: () => 'JWT token failed signature validation.',
  },
  90056: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: () =>
      "The resource is disabled or does not exist. Check your app's code to ensure that you have " +
      'specified the exact resource URL for the resource you are trying to access.',
  },
} as const satisfies Record<number, ErrorDefinition>;

import type { AadstsSection } from './aadsts-advice.js';

/**
 * The request as such, the tenant it goes to, and the cloud.
 * Source: "Microsoft Entra authentication and authorization error codes", and answers of the token endpoint.
 */
export const PROTOCOL_ADVICE: AadstsSection = {
  900144: {
    level: 'error',
    cause: 'A parameter is missing from the request.',
    fix: 'Check that network.fetch and any proxy on the way leave the body of requests as it is.',
  },
  900561: {
    level: 'error',
    cause: 'The token endpoint was called with another method than POST.',
    fix: 'Check that network.fetch and any proxy on the way do not turn POST into GET.',
  },
  70003: {
    level: 'error',
    cause: 'The identity platform does not offer this grant.',
    fix: 'Check instance and tenantId, for on-behalf-of is not available everywhere, Azure AD B2C among them.',
  },
  9002313: {
    level: 'error',
    cause: 'The request is malformed.',
    fix: 'Check that network.fetch and any proxy on the way leave the body of requests as it is.',
  },
  900023: {
    level: 'error',
    cause: 'The tenant is neither a GUID nor the name of a domain.',
    fix: 'Set tenantId to the GUID of the tenant or to one of its verified domains.',
  },
  90002: {
    level: 'error',
    cause: 'The tenant does not exist in this cloud.',
    fix: 'Check tenantId, and instance when the tenant is in a national cloud.',
  },
  90010: {
    level: 'error',
    cause: 'The token was requested at common or consumers, which do not offer the grant.',
    fix: 'Name the tenant, as tenantId of the options or of the call.',
  },
  9001023: {
    level: 'error',
    cause: 'The token was requested at common or consumers, which do not offer the grant.',
    fix: 'Name the tenant, as tenantId of the options or of the call.',
  },
  50194: {
    level: 'error',
    cause: 'The API is registered for one tenant and was addressed by way of common.',
    fix: 'Set tenantId to that tenant, or make the registration multi-tenant.',
  },
  9002346: {
    level: 'error',
    cause: 'The API is registered for personal Microsoft accounts alone.',
    fix: 'Change the supported account types of the registration to those of organizations.',
  },
  9002332: {
    level: 'error',
    cause: 'The API is registered for accounts of organizations alone and was addressed by way of consumers.',
    fix: 'Set tenantId to the tenant of the API, or to organizations.',
  },
  50049: {
    level: 'error',
    cause: 'The identity platform does not know the login host.',
    fix: 'Set instance to the login host of the cloud, such as login.microsoftonline.com.',
  },
  900439: {
    level: 'error',
    cause: 'The API is registered in the cloud for US Government and was addressed in the public cloud.',
    fix: 'Set instance to the login host of that cloud, login.microsoftonline.us.',
  },
  90038: {
    level: 'error',
    cause: 'The tenant belongs to another national cloud.',
    fix: 'Set instance to the login host of the cloud of the tenant.',
  },
  900382: {
    level: 'error',
    cause: 'An API with a credential cannot get tokens in another cloud than its own.',
    fix: 'Register the API in the cloud of the tenant, and set instance to its login host.',
  },
  900384: {
    level: 'error',
    cause: 'The signature of a token could not be verified, which happens when instance names another cloud.',
    fix: "Set instance to the login host of the cloud that issued the caller's token.",
  },
  90056: {
    level: 'error',
    cause: 'The request is not one that the token endpoint serves.',
    fix: 'Check instance, and that network.fetch and any proxy on the way leave requests as they are.',
  },
};

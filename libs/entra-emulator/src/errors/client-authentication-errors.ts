import {
  CERTIFICATE_DOCUMENTATION,
  FEDERATION_DOCUMENTATION,
  UNKNOWN_ID,
  type ErrorDefinition,
} from './error-definition.js';

/** 401 `invalid_client`: the client could not authenticate (RFC 6749 §5.2). */
const invalidClient = <D extends ErrorDefinition['describe']>(describe: D, errorUri = true) =>
  ({ status: 401, error: 'invalid_client', errorUri, describe }) as const;

/** 400 `unauthorized_client`: the client is not known or not active in the tenant. */
const unauthorizedClient = <D extends ErrorDefinition['describe']>(describe: D) =>
  ({ status: 400, error: 'unauthorized_client', errorUri: true, describe }) as const;

/** Ends the three mismatch errors of federated credentials. */
const CHECK_FEDERATION =
  `Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. ` +
  FEDERATION_DOCUMENTATION;

/** Refusals of a secret, certificate or federated credential, and of the client itself. */
export const CLIENT_AUTHENTICATION_ERRORS = {
  7000215: invalidClient(
    (clientId = UNKNOWN_ID) =>
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
      `not the client secret ID, for a secret added to app '${clientId}'.`,
  ),
  7000222: invalidClient(
    (clientId = UNKNOWN_ID) =>
      `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new ` +
      'keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added ' +
      'security: https://aka.ms/certCreds.',
  ),
  7000218: invalidClient(
    () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  7000216: invalidClient(
    () =>
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ),
  700025: invalidClient(
    () => "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    false,
  ),
  7000232: invalidClient(() => 'A managed identity cannot be used with a client secret.'),
  700016: unauthorizedClient(
    (clientId = UNKNOWN_ID, tenant = UNKNOWN_ID) =>
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if ` +
      'the application has not been installed by the administrator of the tenant or consented to by any user in ' +
      'the tenant. You may have sent your authentication request to the wrong tenant.',
  ),
  700038: unauthorizedClient((clientId = UNKNOWN_ID) => `${clientId} is not a valid application identifier.`),
  7000112: unauthorizedClient(
    (clientId = UNKNOWN_ID, name = 'application') => `Application '${clientId}'(${name}) is disabled.`,
  ),
  7000229: invalidClient(
    (clientId = UNKNOWN_ID, tenant = UNKNOWN_ID) =>
      `The client application ${clientId} is missing service principal in the tenant ${tenant}. ` +
      'See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
  ),
  700027: invalidClient(
    (reason = 'The key was not found.') =>
      `Client assertion failed signature validation. [Reason - ${reason}]`,
  ),
  700024: invalidClient(
    (now = '', validFrom = '', expiry = '') =>
      `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ` +
      `${validFrom}, expiry time of assertion ${expiry}. ${CERTIFICATE_DOCUMENTATION}`,
  ),
  700021: invalidClient(
    () =>
      `Client assertion application identifier doesn't match 'client_id' parameter. ${CERTIFICATE_DOCUMENTATION}`,
  ),
  700023: invalidClient(
    () => `Client assertion audience claim does not match Realm issuer. ${CERTIFICATE_DOCUMENTATION}`,
  ),
  90014: {
    status: 400,
    error: 'invalid_request',
    errorUri: true,
    describe: (field = 'iss') =>
      `The required field '${field}' is missing from the credential. Ensure that you have all the necessary ` +
      'parameters for the login request.',
  },
  5002738: invalidClient(
    (algorithm = 'HS256') =>
      `Invalid JWT token. '${algorithm}' is not a supported signature algorithm. ` +
      "Supported signing algorithms are: 'RS256,RS384,RS512'",
  ),
  5002723: invalidClient(
    () =>
      'Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in ' +
      'token header.',
  ),
  50171: invalidClient(() => 'The given audience can only be used in Mutual-TLS token calls.', false),
  500181: {
    status: 400,
    error: 'invalid_request',
    errorUri: false,
    describe: () => 'The TLS certificate provided does not match the certificate in the assertion.',
  },
  1000502: invalidClient(() => 'The provided certificate is not within its specified validity period.'),
  7000214: invalidClient(() => 'Certificate has been revoked.'),
  7000274: invalidClient(() => 'The provided certificate has an invalid signature.'),
  7000277: invalidClient(() => 'The provided certificate has been revoked.'),
  700030: invalidClient(
    () =>
      "Invalid certificate - subject name in certificate isn't authorized. SubjectNames/SubjectAlternativeNames.",
  ),
  700211: invalidClient(
    (issuer = '') =>
      `No matching federated identity record found for presented assertion issuer '${issuer}'. ${CHECK_FEDERATION}`,
  ),
  700212: invalidClient(
    (audience = '') =>
      `No matching federated identity record found for presented assertion audience '${audience}'. ` +
      CHECK_FEDERATION,
  ),
  700213: invalidClient(
    (subject = '') =>
      `No matching federated identity record found for presented assertion subject '${subject}'. ` +
      `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ` +
      FEDERATION_DOCUMENTATION,
  ),
  7002138: invalidClient(
    (claim = 'subject', value = '') =>
      `No matching federated identity record found for presented assertion ${claim} '${value}'. ` +
      `A record was found that differs only by letter case, and the comparison is case-sensitive. ` +
      FEDERATION_DOCUMENTATION,
  ),
  7002137: invalidClient(
    (subject = '') =>
      `No matching federated identity record found for presented managed identity assertion subject '${subject}'.`,
  ),
  70021: invalidClient(
    () => `No matching federated identity record found for presented assertion. ${CHECK_FEDERATION}`,
  ),
  700229: invalidClient(
    () => 'Only app-only tokens can be used as Federated Identity Credentials for Microsoft Entra issuer.',
  ),
  900612: {
    status: 400,
    error: 'invalid_request',
    errorUri: false,
    describe: () => 'Failed to parse provider signing keys.',
  },
} as const satisfies Record<number, ErrorDefinition>;

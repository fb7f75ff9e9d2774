import { UNKNOWN_ID, type ErrorDefinition } from './error-definition.js';

const badRequest = <D extends ErrorDefinition['describe']>(error: string, describe: D) =>
  ({ status: 400, error, errorUri: true, describe }) as const;

/** Refusals of an authorization request and of its code (Microsoft: authorization code flow). */
export const AUTHORIZATION_ERRORS = {
  50011: badRequest(
    'invalid_request',
    (redirectUri = '', clientId = UNKNOWN_ID) =>
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for ` +
      `the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your ` +
      'application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about ' +
      'how to fix this.',
  ),
  500113: badRequest('invalid_request', () => 'No reply address is registered for the application.'),
  500112: {
    status: 401,
    error: 'invalid_client',
    errorUri: true,
    describe: (given = '', expected = '') =>
      `The reply address '${given}' does not match the reply address '${expected}' provided when requesting ` +
      'Authorization code.',
  },
  501481: badRequest(
    'invalid_grant',
    () => 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ),
  501491: badRequest('invalid_request', () => 'Invalid size of Code_Challenge parameter.'),
  50149: badRequest('invalid_request', () => 'Invalid code_challenge_method parameter.'),
  54005: badRequest(
    'invalid_grant',
    () =>
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing ' +
      'refresh token.',
  ),
  700005: badRequest(
    'invalid_grant',
    () => 'The provided Authorization Code is intended to use against other tenant, thus rejected.',
  ),
  9002325: badRequest(
    'invalid_request',
    () => 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  ),
  9002326: badRequest(
    'invalid_request',
    (origin = '') =>
      "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. " +
      `Request origin: '${origin}'.`,
  ),
  9002327: badRequest(
    'invalid_request',
    () =>
      "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ),
  70007: badRequest(
    'invalid_request',
    (mode = '') => `'${mode}' is not a supported value of 'response_mode' when requesting a token.`,
  ),
  70005: badRequest(
    'unsupported_response_type',
    (type = '') => `The response_type '${type}' is not supported.`,
  ),
  700051: badRequest(
    'unsupported_response_type',
    () => "response_type 'token' is not enabled for the application.",
  ),
  700054: badRequest(
    'unsupported_response_type',
    () => "response_type 'id_token' is not enabled for the application.",
  ),
  90023: badRequest('invalid_request', () => "Unsupported 'prompt' value."),
  50058: badRequest(
    'login_required',
    () =>
      "A silent sign-in request was sent but no user is signed in. The cookies used to represent the user's " +
      'session were not sent in the request to Azure AD.',
  ),
  16000: badRequest(
    'interaction_required',
    () =>
      'Either multiple user identities are available for the current request or selected account is not supported ' +
      'for the scenario.',
  ),
  160021: badRequest(
    'interaction_required',
    () => 'Application requested a user session which does not exist.',
  ),
  50089: badRequest('invalid_request', () => 'Authentication failed due to flow token expired.'),
  165000: badRequest(
    'invalid_request',
    () =>
      'Invalid Request: Request Tokens do not match the user context. One or more of the user context values ' +
      '(cookies; form fields; headers) were incorrect or invalid.',
  ),
  650053: badRequest(
    'invalid_client',
    (name = 'application', scope = '', resource = UNKNOWN_ID) =>
      `The application '${name}' asked for scope '${scope}' that doesn't exist on the resource '${resource}'. ` +
      'Contact the app vendor.',
  ),
  500121: badRequest('access_denied', () => 'Authentication failed during strong authentication request.'),
} as const satisfies Record<number, ErrorDefinition>;

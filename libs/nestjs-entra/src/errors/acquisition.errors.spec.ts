import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readOAuthError } from '../acquisition/oauth-error.js';
import { toAcquisitionError } from '../acquisition/platform-error-mapping.js';
import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
  NoUserAssertionError,
  TokenAcquisitionError,
  type PlatformErrorDetails,
} from './acquisition.errors.js';
import { EntraAuthError } from './entra-auth.error.js';

const platform: PlatformErrorDetails = { status: 400, error: 'invalid_grant', aadsts: 50076 };
const said = 'AADSTS50076, trace id 1';

/** Every class with its code, status, challenge and what its body has beyond Nest's own members. */
const classes: [
  name: string,
  EntraAuthError,
  code: string,
  status: number,
  challenge: object | undefined,
  body: object,
][] = [
  [
    'ClaimsChallengeError',
    new ClaimsChallengeError('{"a":1}', said, platform),
    'claims_challenge',
    401,
    { error: 'insufficient_claims', claims: '{"a":1}' },
    {},
  ],
  [
    'InteractionRequiredError',
    new InteractionRequiredError(said, { ...platform, suberror: 'basic_action' }),
    'interaction_required',
    401,
    { error: 'invalid_token' },
    { suberror: 'basic_action' },
  ],
  [
    'AccessBlockedError',
    new AccessBlockedError(said, platform),
    'access_blocked',
    403,
    { error: 'insufficient_scope' },
    {},
  ],
  [
    'ConsentRequiredError',
    new ConsentRequiredError(['User.Read', 'Mail.Read'], 'https://login.example/consent', said, platform),
    'consent_required',
    403,
    { error: 'insufficient_scope', scope: 'User.Read Mail.Read' },
    { scopes: ['User.Read', 'Mail.Read'], consentUri: 'https://login.example/consent' },
  ],
  [
    'AssertionRejectedError',
    new AssertionRejectedError(said, platform),
    'assertion_rejected',
    401,
    { error: 'invalid_token' },
    {},
  ],
  [
    'ClientCredentialError',
    new ClientCredentialError(said, platform),
    'client_credential_rejected',
    500,
    undefined,
    {},
  ],
  [
    'IdentityPlatformUnavailableError',
    new IdentityPlatformUnavailableError(said, { platform }),
    'identity_platform_unavailable',
    503,
    undefined,
    {},
  ],
  ['NoUserAssertionError', new NoUserAssertionError(said), 'no_user_assertion', 500, undefined, {}],
];

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

describe.each(classes)('%s', (name, error, code, status, challenge, body) => {
  it('has its name, code and status', () => {
    expect(error).toBeInstanceOf(EntraAuthError);
    expect(error.name).toBe(name);
    expect(error.code).toBe(code);
    expect(error.getStatus()).toBe(status);
  });

  it('has its challenge', () => {
    if (challenge) expect(error.challenge).toMatchObject(challenge);
    else expect(error.challenge).toBeUndefined();
  });

  it('answers with fixed text, its code, and the members of its kind', () => {
    expect(error.getResponse()).toEqual({
      statusCode: status,
      error: REASONS[status],
      message: expect.any(String) as string,
      code,
      ...body,
    });
  });

  it('keeps the reason for the log', () => {
    expect(error.reason).toBe(said);
    expect(JSON.stringify(error.getResponse())).not.toContain('AADSTS');
  });

  it('carries what the identity platform said, when it said something', () => {
    if (error instanceof TokenAcquisitionError) expect(error.platform).toMatchObject(platform);
    else expect(error).toBeInstanceOf(NoUserAssertionError);
  });
});

describe('InteractionRequiredError', () => {
  it('has no suberror in its body when the identity platform gave none', () => {
    expect(new InteractionRequiredError(said, platform).getResponse()).not.toHaveProperty('suberror');
  });
});

describe('AccessBlockedError', () => {
  it('sends claims along when there are some', () => {
    expect(new AccessBlockedError(said, platform, '{"a":1}').challenge).toMatchObject({
      error: 'insufficient_scope',
      claims: '{"a":1}',
    });
  });
});

describe('IdentityPlatformUnavailableError', () => {
  it.each([
    [undefined, 5],
    [0, 1],
    [-7, 1],
    [1, 1],
    [12.2, 13],
    [300, 300],
    [301, 300],
    [86_400, 300],
  ])('brings a Retry-After of %s seconds to %i', (given, expected) => {
    const error = new IdentityPlatformUnavailableError(said, { retryAfterSeconds: given });
    expect(error.retryAfterSeconds).toBe(expected);
  });

  it.each([
    ['Retry-After', { retryAfterSeconds: 7, isToldToWait: true }, true],
    ['a wait of ours', { retryAfterSeconds: 7 }, false],
    ['429', { platform: { status: 429 } }, true],
    ['503 alone', { platform: { status: 503 } }, false],
    ['nothing', {}, false],
  ])('knows whether the identity platform asked to wait: %s', (_what, options, isToldToWait) => {
    expect(new IdentityPlatformUnavailableError(said, options).isToldToWait).toBe(isToldToWait);
  });

  it('keeps its cause', () => {
    const cause = new Error('ECONNRESET');
    expect(new IdentityPlatformUnavailableError(said, { cause }).cause).toBe(cause);
  });
});

describe('an error made of an answer of the identity platform', () => {
  const canary = 'canary-eyJhbGciOiJub25lIn0';
  const errors = ['invalid_grant', 'interaction_required', 'invalid_client', 'temporarily_unavailable'].map(
    (error) => {
      const answer = readOAuthError({
        status: 400,
        headers: { 'x-canary': canary },
        json: {
          error,
          error_description: `AADSTS50013: ${canary}`,
          error_uri: canary,
          canary,
          access_token: canary,
        },
      });
      if (!answer) throw new Error('the answer is an OAuth error');
      return toAcquisitionError(answer, {
        scopes: ['User.Read'],
        consentUri: 'https://login.example',
        adminConsentUri: 'https://login.example',
      });
    },
  );

  it.each(errors.map((error) => [error.name, error] as const))(
    'shows none of its text in inspect(), JSON, stack or body: %s',
    (_name, error) => {
      const shown = [
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
        error.stack,
        error.message,
        error.reason,
      ];
      expect(shown.join('\n')).not.toContain(canary);
      expect(JSON.stringify(error.getResponse())).not.toContain(canary);
    },
  );
});

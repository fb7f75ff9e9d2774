import { describe, expect, it } from 'vitest';
import {
  AccessBlockedError,
  AssertionRejectedError,
  ClaimsChallengeError,
  ClientCredentialError,
  ConsentRequiredError,
  IdentityPlatformUnavailableError,
  InteractionRequiredError,
  TokenAcquisitionError,
} from '../errors/acquisition.errors.js';
import { AppOnlyCallerError } from '../errors/authorization.errors.js';
import { readOAuthError, type OAuthError } from './oauth-error.js';
import { toAcquisitionError } from './platform-error-mapping.js';

const CLAIMS =
  '{"access_token":{"capolids":{"essential":true,"values":["7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f"]}}}';
const subject = {
  scopes: ['User.Read', 'Mail.Read'],
  consentUri: 'https://login.example/consent',
  adminConsentUri: 'https://login.example/adminconsent',
};

/** What is thrown for an answer with these members, read as an answer of the token endpoint is. */
function thrownFor(json: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) {
  const answer = readOAuthError({ status: 400, headers, json });
  if (!answer) throw new Error('the answer is an OAuth error');
  return toAcquisitionError(answer, subject);
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** AADSTS numbers that come with the same members, and the class a caller of the API meets. */
type Row = [
  aadsts: number[],
  error: string,
  suberror: string | undefined,
  claims: string | undefined,
  expected: ErrorClass,
];

const NONE = undefined;

const assertion: Row[] = [
  [[50013, 500131, 500133, 500341, 50034, 50057, 70000], 'invalid_grant', NONE, NONE, AssertionRejectedError],
  [[50027, 50107, 240002], 'invalid_request', NONE, NONE, AssertionRejectedError],
  [[7000114], 'unauthorized_client', NONE, NONE, AppOnlyCallerError],
  [[50020, 50014, 51004, 500212, 500213], 'invalid_grant', NONE, NONE, AccessBlockedError],
  [[50020, 90072], 'interaction_required', NONE, NONE, AccessBlockedError],
  [[50132, 50133], 'invalid_grant', 'bad_token', NONE, InteractionRequiredError],
];

const consentAndResource: Row[] = [
  [[65001], 'invalid_grant', 'consent_required', NONE, ConsentRequiredError],
  [[65001], 'invalid_grant', NONE, NONE, ConsentRequiredError],
  [[65001], 'interaction_required', NONE, NONE, ConsentRequiredError],
  [[65004], 'consent_required', NONE, NONE, ConsentRequiredError],
  [[65004], 'access_denied', NONE, NONE, ConsentRequiredError],
  [[90094, 90095, 90008], 'invalid_grant', NONE, NONE, ConsentRequiredError],
  [[65002, 28000, 28002, 28003, 901002], 'invalid_request', NONE, NONE, ClientCredentialError],
  [[65005, 650052, 650056, 650057], 'invalid_client', NONE, NONE, ClientCredentialError],
  [[500011, 50001, 90009, 650052], 'invalid_resource', NONE, NONE, ClientCredentialError],
  [[70011, 1002012], 'invalid_scope', NONE, NONE, ClientCredentialError],
  [[50105], 'interaction_required', NONE, NONE, AccessBlockedError],
  [[50105, 501051], 'invalid_grant', NONE, NONE, AccessBlockedError],
];

const conditionalAccess: Row[] = [
  [
    [50076, 50079, 50072, 50074, 50078, 50158, 53000, 53001, 530002, 530003],
    'invalid_grant',
    'basic_action',
    CLAIMS,
    ClaimsChallengeError,
  ],
  [[50097, 50129, 50155, 135011], 'interaction_required', NONE, CLAIMS, ClaimsChallengeError],
  [[50079, 50158], 'interaction_required', NONE, CLAIMS, ClaimsChallengeError],
  [[50076], 'invalid_grant', NONE, CLAIMS, ClaimsChallengeError],
  [[50076], 'invalid_grant', 'additional_action', CLAIMS, ClaimsChallengeError],
  [[50076, 50079, 50158], 'invalid_grant', 'basic_action', NONE, InteractionRequiredError],
  [[50076], 'invalid_grant', 'additional_action', NONE, InteractionRequiredError],
  [[50097, 50129], 'interaction_required', NONE, NONE, InteractionRequiredError],
  [[50058], 'login_required', NONE, NONE, InteractionRequiredError],
  [[50055, 50144], 'invalid_grant', 'user_password_expired', NONE, InteractionRequiredError],
  [
    [53003, 53000, 53001, 530002, 530003, 530084],
    'invalid_grant',
    'message_only',
    CLAIMS,
    AccessBlockedError,
  ],
  [
    [53003, 53002, 53004, 53010, 53011, 530032, 530034, 530035, 50131],
    'invalid_grant',
    'message_only',
    NONE,
    AccessBlockedError,
  ],
  [[53003], 'interaction_required', 'message_only', NONE, AccessBlockedError],
];

const clientAuthentication: Row[] = [
  [
    [
      7000215, 7000222, 7000218, 7000216, 700025, 7000232, 7000229, 700027, 700024, 700021, 700023, 5002738,
      5002723, 50171, 1000502, 7000214, 7000274, 7000277, 700030, 70002, 50012, 700211, 700212, 700213,
      7002138, 7002137, 70021, 700229, 900439, 90038, 900382,
    ],
    'invalid_client',
    NONE,
    NONE,
    ClientCredentialError,
  ],
  [
    [700016, 700038, 7000112, 70001, 700011, 9002346],
    'unauthorized_client',
    NONE,
    NONE,
    ClientCredentialError,
  ],
  [[90014, 500181, 900612], 'invalid_request', NONE, NONE, ClientCredentialError],
  // Claims may stand beside an error that they do not explain: `error` is read first.
  [[7000218], 'invalid_client', NONE, CLAIMS, ClientCredentialError],
  [[70011], 'invalid_scope', NONE, CLAIMS, ClientCredentialError],
];

const protocol: Row[] = [
  [
    [900144, 900561, 9002313, 900023, 90002, 90010, 9001023, 50194, 9002332, 90056],
    'invalid_request',
    NONE,
    NONE,
    ClientCredentialError,
  ],
  [[70003], 'unsupported_grant_type', NONE, NONE, ClientCredentialError],
  [[90002], 'invalid_tenant', NONE, NONE, ClientCredentialError],
  [[50049], 'invalid_instance', NONE, NONE, ClientCredentialError],
  [[7000114], 'invalid_client', NONE, NONE, ClientCredentialError],
  [[99999999], 'an_error_of_tomorrow', NONE, NONE, ClientCredentialError],
];

const transient: Row[] = [
  [[50173, 700082, 700084, 70008], 'invalid_grant', 'bad_token', NONE, InteractionRequiredError],
  [[70043], 'invalid_grant', 'token_expired', NONE, InteractionRequiredError],
  [[50196], 'invalid_grant', NONE, NONE, IdentityPlatformUnavailableError],
  [[90055], 'invalid_request', NONE, NONE, IdentityPlatformUnavailableError],
  [
    [90055, 90033, 90006, 90024, 90090, 50033, 50087, 90012],
    'temporarily_unavailable',
    NONE,
    NONE,
    IdentityPlatformUnavailableError,
  ],
  [[50033, 50087, 90012, 50000, 90036], 'server_error', NONE, NONE, IdentityPlatformUnavailableError],
];

describe.each([
  ['the assertion of the user', assertion],
  ['consent, scope and resource', consentAndResource],
  ['conditional access', conditionalAccess],
  ['client authentication', clientAuthentication],
  ['protocol, tenant and cloud', protocol],
  ['sessions that ended and passing faults', transient],
])('toAcquisitionError: %s', (_about, rows) => {
  const cases = rows.flatMap(([numbers, error, suberror, claims, expected]) =>
    numbers.map(
      (aadsts) =>
        [
          aadsts,
          error,
          suberror ?? 'no suberror',
          claims ? 'claims' : 'no claims',
          expected.name,
          expected,
          { suberror, claims },
        ] as const,
    ),
  );

  it.each(cases)(
    'AADSTS%i with %s, %s and %s is a %s',
    (aadsts, error, _suberror, _claims, _name, expected, more) => {
      expect(thrownFor({ error, error_codes: [aadsts], ...more })).toBeInstanceOf(expected);
    },
  );
});

describe('toAcquisitionError', () => {
  it('reads B2C, which answers without error_codes, as a fault of the registration', () => {
    const thrown = thrownFor({
      error: 'unsupported_grant_type',
      error_description: 'AADB2C90086: The supplied grant_type is not supported.',
    });
    expect(thrown).toBeInstanceOf(ClientCredentialError);
  });

  it('goes by error and suberror where no number is given', () => {
    expect(thrownFor({ error: 'invalid_grant' })).toBeInstanceOf(AssertionRejectedError);
    expect(thrownFor({ error: 'invalid_grant', suberror: 'consent_required' })).toBeInstanceOf(
      ConsentRequiredError,
    );
    expect(thrownFor({ error: 'invalid_request' })).toBeInstanceOf(ClientCredentialError);
  });

  it('goes by suberror when Microsoft gives it with another number', () => {
    const json = { error: 'invalid_grant', suberror: 'basic_action', error_codes: [99999999] };
    expect(thrownFor(json)).toBeInstanceOf(InteractionRequiredError);
  });

  it('hands the claims on letter by letter', () => {
    const claims = '{ "access_token" : {"b":1,"a":2} }';
    expect(thrownFor({ error: 'invalid_grant', suberror: 'basic_action', claims })).toMatchObject({
      claims,
      challenge: { error: 'insufficient_claims', claims },
    });
  });

  it.each([
    ['with the claims that tell why', CLAIMS, CLAIMS],
    ['without claims when there are none', undefined, undefined],
  ])('blocks %s', (_what, claims, sent) => {
    const thrown = thrownFor({
      error: 'invalid_grant',
      suberror: 'message_only',
      error_codes: [53003],
      claims,
    });
    expect(thrown.challenge?.claims).toBe(sent);
  });

  it('names what to consent to, and where', () => {
    expect(
      thrownFor({ error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] }),
    ).toMatchObject({
      scopes: ['User.Read', 'Mail.Read'],
      consentUri: 'https://login.example/consent',
      challenge: { scope: 'User.Read Mail.Read' },
    });
  });

  it.each([90094, 90095])(
    'sends an administrator where the consent is one that users cannot give: AADSTS%i',
    (aadsts) => {
      const thrown = thrownFor({ error: 'invalid_grant', error_codes: [aadsts] });
      expect(thrown).toMatchObject({ consentUri: 'https://login.example/adminconsent' });
    },
  );

  it.each<[string, Readonly<Record<string, unknown>>, ErrorClass]>([
    ['consent', { suberror: 'consent_required', error_codes: [65001] }, ConsentRequiredError],
    ['consent without suberror', { error_codes: [65001] }, ConsentRequiredError],
    ['a refused assertion', { error_codes: [50013] }, AssertionRejectedError],
    ['an assertion that expired', { error_codes: [500133] }, AssertionRejectedError],
    ['a user who is not assigned', { error_codes: [50105] }, AccessBlockedError],
    ['a guest', { error: 'interaction_required', error_codes: [90072] }, AccessBlockedError],
    ['a client secret', { error: 'invalid_client', error_codes: [7000218] }, ClientCredentialError],
    ['a scope', { error: 'invalid_scope', error_codes: [70011] }, ClientCredentialError],
  ])('hands on no claims beside what they do not explain: %s', (_what, answer, expected) => {
    const thrown = thrownFor({ error: 'invalid_grant', claims: CLAIMS, ...answer });
    expect(thrown).toBeInstanceOf(expected);
    expect(JSON.stringify([thrown.challenge, thrown.getResponse()])).not.toContain('capolids');
  });

  it('tells the client the suberror of an interaction', () => {
    const thrown = thrownFor({ error: 'invalid_grant', suberror: 'basic_action' });
    expect(thrown.getResponse()).toMatchObject({ suberror: 'basic_action' });
  });

  it.each([
    ['50196, the brake of a request loop', { error: 'invalid_grant', error_codes: [50196] }],
    ['a platform that is not available', { error: 'temporarily_unavailable' }],
  ])('asks to come back in a minute when nothing else is said: %s', (_what, json) => {
    expect(thrownFor(json)).toMatchObject({ retryAfterSeconds: 60 });
  });

  it('tells a wait that the identity platform asked for from one that it did not', () => {
    const json = { error: 'temporarily_unavailable' };
    expect(thrownFor(json, { 'retry-after': '17' })).toMatchObject({ isToldToWait: true });
    expect(thrownFor(json)).toMatchObject({ isToldToWait: false });
  });

  it('asks to come back when the identity platform says', () => {
    const json = { error: 'invalid_grant', error_codes: [50196] };
    expect(thrownFor(json, { 'retry-after': '17' })).toMatchObject({ retryAfterSeconds: 17 });
  });

  it.each(['invalid_grant', 'invalid_client', 'temporarily_unavailable', 'interaction_required'])(
    'says codes and ids for the log, and keeps them out of the body: %s',
    (error) => {
      const thrown = thrownFor({
        error,
        error_codes: [12345],
        trace_id: 'trace',
        correlation_id: 'correlation',
      });
      expect(thrown).toBeInstanceOf(TokenAcquisitionError);
      expect(thrown.reason).toContain(`AADSTS12345, ${error}, trace id trace, correlation id correlation`);
      expect(JSON.stringify(thrown.getResponse())).not.toMatch(/AADSTS|trace|correlation/);
      expect(thrown).toMatchObject({ platform: { aadsts: 12345, error, traceId: 'trace' } });
    },
  );

  it('tells the log the cause of a known number and what to do, and the caller neither', () => {
    const thrown = thrownFor({
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid client secret provided for app shop.',
      error_codes: [7000215],
      trace_id: 'trace',
    });
    expect(thrown.reason).toBe(
      "The identity platform rejected the API's own credential or registration: AADSTS7000215, invalid_client, " +
        "trace id trace. The client secret is wrong. Give the secret's value, not its id.",
    );
    expect(JSON.stringify(thrown.getResponse())).not.toMatch(/secret|AADSTS/);
  });

  it('says codes and ids alone where the number is not known', () => {
    const thrown = thrownFor({ error: 'invalid_grant', error_codes: [99999999] });
    expect(thrown.reason).toBe("The caller's token was refused as assertion: AADSTS99999999, invalid_grant");
  });

  it('explains the number of an error that has no platform details of its own', () => {
    const thrown = thrownFor({ error: 'unauthorized_client', error_codes: [7000114] });
    expect(thrown).toBeInstanceOf(AppOnlyCallerError);
    expect(thrown.reason).toContain('AADSTS7000114, unauthorized_client. ');
    expect(JSON.stringify([thrown.getResponse(), thrown.challenge])).not.toContain('AADSTS');
  });

  it('works with an answer that holds nothing but its error', () => {
    const answer: OAuthError = { error: 'invalid_client', details: { error: 'invalid_client' } };
    expect(toAcquisitionError(answer, subject)).toBeInstanceOf(ClientCredentialError);
  });
});

import { ConfidentialClientApplication } from '@azure/msal-node';
import * as library from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { AADSTS_SECTIONS, aadstsAdvice } from '../../libs/nestjs-entra/src/acquisition/aadsts-catalogue.js';
import { acquisitionLogLevel } from '../../libs/nestjs-entra/src/acquisition/aadsts-log-level.js';
import { readOAuthError } from '../../libs/nestjs-entra/src/acquisition/oauth-error.js';
import { toAcquisitionError } from '../../libs/nestjs-entra/src/acquisition/platform-error-mapping.js';
import { codeSpan, headings, readMarkdown, tableRows } from './markdown.js';
import { SourceNames } from './source-names.js';

const document = readMarkdown('docs/errors.md');
const names = new SourceNames('errors/error-codes.ts');
const tokenCodes = names.literals('TokenErrorCode');
const codes = names.literals('EntraErrorCode').filter((code) => !tokenCodes.includes(code));

/** One error of every class, as the library makes it. */
const ERRORS: readonly Omit<library.EntraAuthError, 'status'>[] = [
  new library.MissingTokenError(),
  new library.MalformedAuthorizationError('m'),
  new library.InsufficientScopeError(['a']),
  new library.AppOnlyCallerError(),
  new library.ClaimsChallengeError('{}', 'm'),
  new library.InteractionRequiredError('m'),
  new library.AccessBlockedError('m'),
  new library.ConsentRequiredError(['a'], 'https://consent', 'm'),
  new library.AssertionRejectedError('m'),
  new library.ClientCredentialError('m'),
  new library.IdentityPlatformUnavailableError('m'),
  new library.NoUserAssertionError('m'),
  new library.DownstreamHttpError({ api: 'a', method: 'GET', status: 404 }),
  new library.ConfigurationError('m'),
];

/** An answer of the token endpoint, as it usually comes with an AADSTS number. */
interface TypicalAnswer {
  /** What tells it from the other answers with the number. */
  readonly when?: string;
  readonly error: string;
  readonly suberror?: string;
  readonly claims?: boolean;
  /** The application asked for itself. */
  readonly isAppOnly?: boolean;
}

const CLAIMS =
  '{"access_token":{"capolids":{"essential":true,"values":["7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f"]}}}';
const invalidGrant = { error: 'invalid_grant' };
const invalidRequest = { error: 'invalid_request' };
const invalidClient = { error: 'invalid_client' };
const unauthorizedClient = { error: 'unauthorized_client' };
const invalidResource = { error: 'invalid_resource' };
const invalidScope = { error: 'invalid_scope' };
const badToken = { ...invalidGrant, suberror: 'bad_token' };
const messageOnly = { ...invalidGrant, suberror: 'message_only' };
const unavailable = { error: 'temporarily_unavailable' };
const serverError = { error: 'server_error' };
const withClaims = { ...invalidGrant, suberror: 'basic_action', claims: true, when: 'with claims' };
const deviceWithClaims = { error: 'interaction_required', claims: true, when: 'with claims' };

/** How each number usually comes: real answers, recordings, and the error's family where neither is known. */
const TYPICAL: readonly (readonly [codes: readonly number[], ...answers: readonly TypicalAnswer[]])[] = [
  [[50013, 500131, 500133, 500341, 50034, 50057, 50020, 50014, 51004, 500212, 500213], invalidGrant],
  [[50027, 50107, 240002], invalidRequest],
  [[7000114], unauthorizedClient],
  [[50132, 50133], badToken],
  [[90072], { error: 'interaction_required' }],

  [[65001], { ...invalidGrant, suberror: 'consent_required' }],
  [[65004], { error: 'consent_required' }],
  [[90094, 90095, 90008], invalidGrant],
  [[65002, 28000, 700022, 28002, 28003, 901002], invalidRequest],
  [[9010010], { error: 'invalid_target' }],
  [[650053], invalidClient],
  [[65005, 650052, 650056, 650057], invalidClient],
  [[500011, 50001, 90009], invalidResource],
  [[70011, 1002012], invalidScope],
  [[50105], { error: 'interaction_required' }],
  [
    [501051],
    { ...invalidGrant, isAppOnly: true, when: 'for the application' },
    { ...invalidGrant, when: 'for a user' },
  ],

  [
    [50076, 50079, 50072, 50074, 50078, 50158],
    withClaims,
    { ...invalidGrant, suberror: 'basic_action', when: 'else' },
  ],
  [[53000, 530002, 53001, 530003], withClaims, { ...messageOnly, when: 'else' }],
  [[53003], { ...messageOnly, claims: true }],
  [[53002, 53004, 53010, 53011, 530032, 530034, 530035, 530084, 50131], messageOnly],
  [[50097, 50129, 50155, 135011], deviceWithClaims, { error: 'interaction_required', when: 'else' }],
  [[50053], invalidGrant],
  [[50055, 50144], { ...invalidGrant, suberror: 'user_password_expired' }],

  [
    [
      7000215, 7000222, 7000218, 7000216, 700025, 7000232, 7000229, 700027, 700024, 700021, 700023, 5002738,
      5002723, 50171, 1000502, 7000214, 7000274, 7000277, 700030, 70002, 50012, 700211, 700212, 700213,
      7002138, 7002137, 70021, 700229,
    ],
    invalidClient,
  ],
  [[700016, 700038, 7000112, 70001, 700011], unauthorizedClient],
  [[90014, 500181, 900612], invalidRequest],

  [[900144, 900561, 9002313, 900023, 90002, 90010, 9001023, 50194, 9002332, 90056], invalidRequest],
  [[70003], { error: 'unsupported_grant_type' }],
  [[9002346], unauthorizedClient],
  [[50049], { error: 'invalid_instance' }],
  [[900439, 90038, 900382], invalidClient],
  [[900384], invalidGrant],

  [[50173, 700082, 700084, 70008], badToken],
  [[70043], { ...invalidGrant, suberror: 'token_expired' }],
  [[70000, 50196], invalidGrant],
  [[90055, 90033, 90006, 90024, 90090], unavailable],
  [[50033, 50087, 90012, 50000, 90036], serverError],
];

/** The heading in the document of each section of the catalogue. */
const HEADINGS: Readonly<Record<keyof typeof AADSTS_SECTIONS, string>> = {
  assertion: 'The token of the caller, and its user',
  consent: 'Consent, scopes and downstream APIs',
  conditionalAccess: 'Conditional access, devices and risk',
  clientAuthentication: 'The credential of the API',
  protocol: 'Request, tenant and cloud',
  sessionsAndFaults: 'Sign-ins that ended, and passing faults',
};

/** What the token endpoint writes, text included. */
function body(aadsts: number, { error, suberror, claims }: TypicalAnswer): Record<string, unknown> {
  return {
    error,
    error_description: `AADSTS${aadsts}: Something went wrong for ada@contoso.com.`,
    error_codes: [aadsts],
    timestamp: '2026-03-07 21:02:35Z',
    trace_id: '11111111-1111-1111-1111-111111111111',
    correlation_id: '22222222-2222-2222-2222-222222222222',
    suberror,
    claims: claims ? CLAIMS : undefined,
  };
}

/** What the library makes of it. */
function thrownFor(aadsts: number, typical: TypicalAnswer): library.EntraAuthError {
  const answer = readOAuthError({ status: 400, headers: {}, json: body(aadsts, typical) });
  if (!answer) throw new Error('the answer is an OAuth error');
  return toAcquisitionError(answer, {
    scopes: [],
    consentUri: '',
    adminConsentUri: '',
    isAppOnly: typical.isAppOnly,
  });
}

/** What msal-node makes of it, left to itself. */
async function msalErrorFor(json: object): Promise<Error & { claims?: string; status?: number }> {
  const host = 'https://login.example';
  const endpoints = { issuer: host, token_endpoint: `${host}/token`, authorization_endpoint: `${host}/a` };
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: 'client',
      clientSecret: 'secret',
      authority: `${host}/tenant`,
      knownAuthorities: ['login.example'],
      authorityMetadata: JSON.stringify({ ...endpoints, jwks_uri: `${host}/keys` }),
    },
    system: {
      networkClient: {
        sendGetRequestAsync: () => Promise.reject(new Error('nothing is looked up')),
        sendPostRequestAsync: <T>() => Promise.resolve({ status: 400, headers: {}, body: json as T }),
      },
    },
  });
  const request = { oboAssertion: 'assertion', scopes: ['api://orders/Read'], skipCache: true };
  return client.acquireTokenOnBehalfOf(request).then(
    () => new Error('no error at all'),
    (error: Error) => error,
  );
}

const rows = tableRows(document);
const cellsUnder = (heading: string) =>
  rows.filter((row) => row.heading === heading).map(({ cells }) => cells);

/** What a cell says when it is a code span, else its text. */
const plain = (cell = '') => codeSpan(cell) ?? cell;

describe('docs/errors.md', () => {
  it('has an entry for every code, and none besides', () => {
    const entries = headings(document).flatMap(({ text }) => (/^[a-z_]+$/.test(text) ? [text] : []));
    expect(entries.toSorted()).toEqual(codes.toSorted());
    const rowsOfTokens = cellsUnder('Tokens that are not accepted').map(([code]) => plain(code));
    expect(rowsOfTokens.toSorted()).toEqual(tokenCodes.toSorted());
  });

  it('names every class that is exported', () => {
    const classes = Object.entries(library)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof library.EntraAuthError)
      .map(([name]) => name);
    expect(classes.length).toBeGreaterThan(10);
    expect(classes.filter((name) => !document.text.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells class, status, challenge and Retry-After of each as they are', () => {
    const said = cellsUnder('Errors').filter(([code]) => codeSpan(code ?? '') !== undefined);
    const inForce = ERRORS.map((error) => [
      error.code,
      error.name,
      String(error.getStatus()),
      error.challenge ? (error.challenge.error ?? 'without an error code') : 'none',
      error.retryAfterSeconds === undefined ? 'no' : 'yes',
    ]);
    expect(said.map((cells) => cells.map(plain)).toSorted()).toEqual(inForce.toSorted());
    expect(inForce.map(([code]) => code).toSorted()).toEqual(codes.toSorted());
  });

  it('tells the sentence of each refused token as it is', () => {
    for (const [code, sentence] of cellsUnder('Tokens that are not accepted')) {
      const error = new library.InvalidTokenError(plain(code) as library.TokenErrorCode);
      expect([error.getStatus(), error.challenge?.error, error.challenge?.errorDescription]).toEqual([
        401,
        'invalid_token',
        sentence,
      ]);
    }
  });

  it('knows how each number of the catalogue usually comes, and none besides', () => {
    const known = Object.values(AADSTS_SECTIONS).flatMap((section) => Object.keys(section).map(Number));
    expect(TYPICAL.flatMap(([codes]) => codes).toSorted()).toEqual(known.toSorted());
  });

  it.each(Object.entries(HEADINGS))(
    'tells what each number means and becomes as it is: %s',
    (section, heading) => {
      const catalogue = AADSTS_SECTIONS[section as keyof typeof AADSTS_SECTIONS];
      const inForce = Object.entries<{ level: string; cause: string; fix: string }>(catalogue).map(
        ([code, { level, cause, fix }]) => {
          const [, ...answers] = TYPICAL.find(([codes]) => codes.includes(Number(code))) ?? [[]];
          const becomes = answers.map((answer) => {
            const error = thrownFor(Number(code), answer);
            return `${answer.when ? `${answer.when} ` : ''}\`${error.name}\`, ${error.getStatus()}`;
          });
          return [code, becomes.join('; '), `\`${level}\``, cause, fix];
        },
      );
      expect(cellsUnder(heading)).toEqual(inForce);
    },
  );

  it('logs each number at the level it tells, and the cause and what to do with it', () => {
    for (const [codes, ...answers] of TYPICAL) {
      for (const [code, answer] of codes.flatMap((number) => answers.map((one) => [number, one] as const))) {
        const error = thrownFor(code, answer);
        const advice = aadstsAdvice(code);
        expect([code, acquisitionLogLevel(error)]).toEqual([code, advice?.level]);
        expect(error.reason).toContain(`AADSTS${code}, ${answer.error}`);
        expect(error.reason.endsWith(`. ${advice?.cause} ${advice?.fix}`)).toBe(true);
        expect(`${error.reason}${JSON.stringify(error.getResponse())}`).not.toContain('went wrong');
      }
    }
  });

  it('tells what msal-node makes of an answer as it is', async () => {
    const said = cellsUnder('What msal-node makes of the same answers');
    expect(said.length).toBeGreaterThan(4);
    for (const [aadsts = '', error = '', suberror, claims, byMsal = '', byLibrary = ''] of said) {
      const answer = {
        error: plain(error),
        suberror: plain(suberror) || undefined,
        claims: claims === 'yes',
      };
      const raised = await msalErrorFor(body(Number(aadsts), answer));
      expect([aadsts, raised.name]).toEqual([aadsts, plain(byMsal)]);
      expect([aadsts, thrownFor(Number(aadsts), answer).name]).toEqual([aadsts, plain(byLibrary)]);
      if (raised.name === 'ServerError')
        expect([raised.claims, raised.status]).toEqual([undefined, undefined]);
    }
  });

  it('tells that msal-node goes by words in the text as well, and the library does not', async () => {
    const json = { ...body(7000215, invalidClient), error_description: 'No consent_required here.' };
    expect((await msalErrorFor(json)).name).toBe('InteractionRequiredAuthError');
    expect((await msalErrorFor(body(7000215, invalidClient))).name).toBe('ServerError');
    const answer = readOAuthError({ status: 401, headers: {}, json });
    const thrown = answer && toAcquisitionError(answer, { scopes: [], consentUri: '', adminConsentUri: '' });
    expect(thrown?.name).toBe('ClientCredentialError');
  });

  it.each(['README.md', 'libs/nestjs-entra/README.md'])('agrees with the table of %s', (path) => {
    const table = tableRows(readMarkdown(path)).filter(({ heading }) => heading === 'What a caller gets');
    const said = table.map(({ cells: [, code = '', status] }) => [/`([a-z_]+)`/.exec(code)?.[1], status]);
    const inForce = ERRORS.map((error) => [error.code, String(error.getStatus())]);
    expect(said.toSorted()).toEqual([...inForce, ['token_expired', '401']].toSorted());
  });
});

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign, type JwtHeader } from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraEmulator, type EmulatedApplication } from 'entra-emulator';
import {
  clientAssertion,
  createClientCertificate,
  type AssertionChanges,
} from './support/client-certificate.js';
import { ARM, createStage, GRAPH, SECRET, type Stage } from './support/stage.js';
import { decode, JWT_BEARER, postToken, send, type Answered } from './support/token-client.js';

/** A refusal: what is sent, and what comes back. */
interface Refusal {
  readonly why: string;
  readonly send: (stage: Stage) => Promise<Answered>;
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly suberror?: string;
  /** False where Entra leaves `error_uri` out. */
  readonly errorUri?: false;
  readonly claims?: true;
  /** How the description goes on after the code. */
  readonly head: string;
}

const UNKNOWN_TENANT = '11111111-2222-4333-8444-555555555555';
const MEMBER_ORDER = [
  'error',
  'error_description',
  'error_codes',
  'timestamp',
  'trace_id',
  'correlation_id',
  'error_uri',
  'suberror',
  'claims',
];
const FEDERATED_SUBJECT = 'repo:shop/api:ref:refs/heads/main';

const badRequest = { status: 400, error: 'invalid_request' } as const;
const badGrant = { status: 400, error: 'invalid_grant' } as const;
const badClient = { status: 401, error: 'invalid_client' } as const;

const forged = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const missing = (parameter: string, tenant?: string): Refusal => ({
  why: `${parameter} missing`,
  send: (stage) => stage.exchange({ [parameter]: undefined }, tenant),
  ...badRequest,
  code: 900144,
  head: `The request body must contain the following parameter: '${parameter}'.`,
});

const PROTOCOL: readonly Refusal[] = [
  {
    why: 'GET',
    send: ({ emulator }) => send(emulator, `${emulator.tenantId}/oauth2/v2.0/token`),
    ...badRequest,
    code: 900561,
    head: 'The endpoint only accepts POST, OPTIONS requests. Received a GET request.',
  },
  {
    why: 'an empty body',
    send: ({ emulator }) => postToken(emulator, {}),
    ...badRequest,
    code: 900144,
    head: "The request body must contain the following parameter: 'grant_type'.",
  },
  missing('grant_type'),
  missing('client_id'),
  missing('requested_token_use'),
  missing('assertion'),
  missing('scope'),
  { ...missing('scope'), why: 'an empty scope', send: (stage) => stage.exchange({ scope: '' }) },
  {
    why: 'a JSON body',
    send: (stage) =>
      postToken(stage.emulator, stage.obo(), undefined, { 'content-type': 'application/json' }),
    ...badRequest,
    code: 900144,
    head: "The request body must contain the following parameter: 'grant_type'.",
  },
  {
    why: 'a parameter twice',
    send: ({ emulator }) =>
      send(emulator, `${emulator.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&grant_type=client_credentials',
      }),
    ...badRequest,
    code: 9002313,
    head: 'Invalid request. Request is malformed or invalid.',
  },
  {
    why: 'an unknown grant type',
    send: (stage) => stage.exchange({ grant_type: 'urn:example:nope' }),
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    errorUri: false,
    head: "The access grant 'urn:example:nope' is not supported.",
  },
  {
    why: 'another use of the token',
    send: (stage) => stage.exchange({ requested_token_use: 'delegation' }),
    ...badRequest,
    code: 9002313,
    head: 'Invalid request.',
  },
  {
    why: 'a tenant that is no name',
    send: (stage) => stage.exchange({}, 'invalid_tenant'),
    ...badRequest,
    code: 900023,
    head: "Specified tenant identifier 'invalid_tenant' is neither a valid DNS name, nor a valid external domain.",
  },
  {
    why: 'an unknown tenant',
    send: (stage) => stage.exchange({}, UNKNOWN_TENANT),
    ...badRequest,
    code: 90002,
    head: `Tenant '${UNKNOWN_TENANT}' not found.`,
  },
  {
    why: 'an unknown domain',
    send: (stage) => stage.exchange({}, 'nowhere.example'),
    ...badRequest,
    code: 90002,
    head: "Tenant 'nowhere.example' not found.",
  },
  {
    why: 'metadata of an unknown tenant',
    send: ({ emulator }) => send(emulator, `${UNKNOWN_TENANT}/v2.0/.well-known/openid-configuration`),
    status: 400,
    error: 'invalid_tenant',
    code: 90002,
    head: `Tenant '${UNKNOWN_TENANT}' not found.`,
  },
  {
    why: 'keys of an unknown tenant',
    send: ({ emulator }) => send(emulator, `${UNKNOWN_TENANT}/discovery/v2.0/keys`),
    status: 400,
    error: 'invalid_tenant',
    code: 90002,
    head: `Tenant '${UNKNOWN_TENANT}' not found.`,
  },
  {
    why: 'a foreign instance',
    send: ({ emulator }) =>
      send(
        emulator,
        'common/discovery/instance?api-version=1.1&authorization_endpoint=https://evil.example/common/oauth2/v2.0/authorize',
      ),
    status: 400,
    error: 'invalid_instance',
    code: 50049,
    head: 'Unknown or invalid instance.',
  },
  {
    why: 'instance discovery of nothing',
    send: ({ emulator }) => send(emulator, 'common/discovery/instance?api-version=1.1'),
    ...badRequest,
    code: 900144,
    head: "The request body must contain the following parameter: 'authorization_endpoint'.",
  },
  {
    why: 'client credentials on common',
    send: (stage) => stage.clientCredentials({}, 'common'),
    ...badRequest,
    code: 90010,
    errorUri: false,
    head: 'The grant type is not supported over the /common or /consumers endpoints.',
  },
  {
    why: 'on-behalf-of on consumers',
    send: (stage) => stage.exchange({}, 'consumers'),
    ...badRequest,
    code: 90010,
    errorUri: false,
    head: 'The grant type is not supported over the /common or /consumers endpoints.',
  },
  {
    why: 'a single-tenant client on organizations',
    send: (stage) => stage.exchange({}, 'organizations'),
    ...badRequest,
    code: 50194,
    head: 'Application ',
  },
];

const CLIENT: readonly Refusal[] = [
  {
    why: 'an unknown client',
    send: (stage) => stage.exchange({ client_id: UNKNOWN_TENANT }),
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    head: `Application with identifier '${UNKNOWN_TENANT}' was not found in the directory '`,
  },
  {
    why: 'the empty client id',
    send: (stage) => stage.exchange({ client_id: '00000000-0000-0000-0000-000000000000' }),
    status: 400,
    error: 'unauthorized_client',
    code: 700038,
    head: '00000000-0000-0000-0000-000000000000 is not a valid application identifier.',
  },
  {
    why: 'a client of another tenant',
    send: (stage) => stage.exchange({ client_id: otherTenantApp(stage, false).clientId }),
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    head: 'Application with identifier ',
  },
  {
    why: 'a multi-tenant client nobody used here',
    send: (stage) => stage.clientCredentials({ client_id: otherTenantApp(stage, true).clientId }),
    ...badClient,
    code: 7000229,
    head: 'The client application ',
  },
  {
    why: 'a disabled client',
    send: ({ emulator, clientCredentials }) =>
      clientCredentials({ client_id: emulator.addApplication({ disabled: true }).clientId }),
    status: 400,
    error: 'unauthorized_client',
    code: 7000112,
    head: 'Application ',
  },
  {
    why: 'no credential',
    send: (stage) => stage.exchange({ client_secret: undefined }),
    ...badClient,
    code: 7000218,
    head: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  {
    why: 'no credential for client credentials',
    send: (stage) => stage.clientCredentials({ client_secret: undefined }),
    ...badClient,
    code: 7000216,
    head: "'client_assertion', 'client_secret' or 'request' is required",
  },
  {
    why: 'a wrong secret',
    send: (stage) => stage.exchange({ client_secret: 'wrong' }),
    ...badClient,
    code: 7000215,
    head: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app ',
  },
  {
    why: 'an expired secret',
    send: ({ emulator, clock, exchange }) =>
      exchange({
        client_id: emulator.addApplication({
          clientSecrets: [{ value: 'old', expiresOn: new Date(clock.now) }],
        }).clientId,
        client_secret: 'old',
      }),
    ...badClient,
    code: 7000222,
    head: 'The provided client secret keys for app ',
  },
  {
    why: 'a secret of a public client',
    send: ({ emulator, exchange }) =>
      exchange({ client_id: emulator.addApplication({ isPublicClient: true }).clientId }),
    ...badClient,
    code: 700025,
    errorUri: false,
    head: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  {
    why: 'a public client without credential',
    send: ({ emulator, exchange }) => {
      const { clientId } = emulator.addApplication({ isPublicClient: true });
      return exchange({ client_id: clientId, client_secret: undefined });
    },
    ...badClient,
    code: 7000218,
    head: 'The request body must contain the following parameter: ',
  },
  {
    why: 'an assertion that is no JWT',
    send: (stage) => stage.exchangeWith('abc'),
    ...badRequest,
    code: 50027,
    head: 'JWT token is invalid or malformed.',
  },
  {
    why: 'an assertion without its type',
    send: (stage) => stage.exchangeWith(assertionOf(stage), { client_assertion_type: undefined }),
    ...badRequest,
    code: 900144,
    head: "The request body must contain the following parameter: 'client_assertion_type'.",
  },
  {
    why: 'a list of audiences',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { claims: { aud: [tokenUrl(stage)] } })),
    ...badRequest,
    code: 50027,
    head: 'JWT token is invalid or malformed.',
  },
  {
    why: 'HS256',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { algorithm: 'HS256', key: SECRET })),
    ...badClient,
    code: 5002738,
    head: "Invalid JWT token. 'HS256' is not a supported signature algorithm.",
  },
  {
    why: 'no key named',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { header: { x5t: undefined } })),
    ...badClient,
    code: 5002723,
    head: 'Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.',
  },
  {
    why: 'an unregistered certificate',
    send: (stage) =>
      stage.exchangeWith(assertionOf(stage, { header: { x5t: 'q83vASNFZ4mrze8BI0VniavN7wE' } })),
    ...badClient,
    code: 700027,
    head: "Client assertion failed signature validation. [Reason - The key was not found., Thumbprint of key used by client: 'ABCDEF0123456789ABCDEF0123456789ABCDEF01', ",
  },
  {
    why: 'another key under a registered thumbprint',
    send: (stage) =>
      stage.exchangeWith(
        assertionOf(stage, { key: forged.export({ format: 'pem', type: 'pkcs8' }) as string }),
      ),
    ...badClient,
    code: 700027,
    head: 'Client assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., ',
  },
  {
    why: 'an expired assertion',
    send: (stage) =>
      stage.exchangeWith(assertionOf(stage, { claims: { exp: Math.floor(stage.clock.now / 1000) } })),
    ...badClient,
    code: 700024,
    head: 'Client assertion is not within its valid time range. Current time: ',
  },
  {
    why: 'an assertion of the future',
    send: (stage) =>
      stage.exchangeWith(assertionOf(stage, { claims: { nbf: Math.floor(stage.clock.now / 1000) + 302 } })),
    ...badClient,
    code: 700024,
    head: 'Client assertion is not within its valid time range. Current time: ',
  },
  {
    why: 'no issuer',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { claims: { iss: undefined } })),
    ...badRequest,
    code: 90014,
    head: "The required field 'iss' is missing from the credential.",
  },
  {
    why: 'no audience',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { claims: { aud: undefined } })),
    ...badRequest,
    code: 90014,
    head: "The required field 'aud' is missing from the credential.",
  },
  {
    why: 'another subject',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { claims: { sub: UNKNOWN_TENANT } })),
    ...badClient,
    code: 700021,
    head: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  {
    why: 'another issuer',
    send: (stage) => stage.exchangeWith(assertionOf(stage, { claims: { iss: UNKNOWN_TENANT } })),
    ...badClient,
    code: 700021,
    head: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  {
    why: 'the audience of another tenant',
    send: (stage) =>
      stage.exchangeWith(
        assertionOf(stage, { claims: { aud: `${stage.emulator.url}/${UNKNOWN_TENANT}/oauth2/v2.0/token` } }),
      ),
    ...badClient,
    code: 700023,
    head: 'Client assertion audience claim does not match Realm issuer.',
  },
  {
    why: 'the audience of another host',
    send: (stage) =>
      stage.exchangeWith(
        assertionOf(stage, {
          claims: { aud: `https://login.microsoftonline.com/${stage.emulator.tenantId}/oauth2/v2.0/token` },
        }),
      ),
    ...badClient,
    code: 700023,
    head: 'Client assertion audience claim does not match Realm issuer.',
  },
  {
    why: 'a federated issuer in another letter case',
    send: (stage) =>
      federated(stage, {}, { issuer: `${stage.emulator.url}/${stage.emulator.tenantId}/V2.0` }),
    ...badClient,
    code: 7002138,
    head: 'No matching federated identity record found for presented assertion issuer ',
  },
  {
    why: 'an unknown federated issuer',
    send: (stage) => federated(stage, { iss: 'https://unknown.example' }),
    ...badClient,
    code: 700211,
    head: "No matching federated identity record found for presented assertion issuer 'https://unknown.example'.",
  },
  {
    why: 'a federated issuer without keys',
    send: (stage) => federated(stage, { iss: 'http://127.0.0.1:1' }, { issuer: 'http://127.0.0.1:1' }),
    ...badRequest,
    code: 900612,
    errorUri: false,
    head: 'Failed to parse provider signing keys.',
  },
  {
    why: 'a federated token altered',
    send: (stage) => federated(stage, {}, {}, (token) => `${token.slice(0, -8)}AAAAAAAA`),
    ...badClient,
    code: 700027,
    head: 'Client assertion failed signature validation. [Reason - Key was found',
  },
  {
    why: 'a federated token of an unknown key',
    send: (stage) => federated(stage, {}, {}, () => forge(stage, { kid: 'unknown' })),
    ...badClient,
    code: 700027,
    head: 'Client assertion failed signature validation. [Reason - The key was not found.]',
  },
  {
    why: 'a federated token of a user',
    send: (stage) => federated(stage, { scp: 'x' }),
    ...badClient,
    code: 700229,
    head: 'Only app-only tokens can be used as Federated Identity Credentials',
  },
  {
    why: 'a wrong federated audience',
    send: (stage) => federated(stage, { aud: 'api://else' }),
    ...badClient,
    code: 700212,
    head: "No matching federated identity record found for presented assertion audience 'api://else'.",
  },
  {
    why: 'an unknown federated subject',
    send: (stage) => federated(stage, { sub: 'repo:else' }),
    ...badClient,
    code: 700213,
    head: "No matching federated identity record found for presented assertion subject 'repo:else'.",
  },
  {
    why: 'the federated subject of another managed identity',
    send: (stage) => federated(stage, { sub: '/eid1/c/pub/t/aaaa/a/bbbb/cccc' }),
    ...badClient,
    code: 7002137,
    head: "No matching federated identity record found for presented managed identity assertion subject '/eid1/c/pub/t/aaaa/a/bbbb/cccc'.",
  },
  {
    why: 'a federated subject in another letter case',
    send: (stage) => federated(stage, { sub: FEDERATED_SUBJECT.toUpperCase() }),
    ...badClient,
    code: 7002138,
    head: 'No matching federated identity record found for presented assertion subject ',
  },
  {
    why: 'an expired federated token',
    send: (stage) => federated(stage, { exp: 1_000_000 }),
    ...badClient,
    code: 700024,
    head: 'Client assertion is not within its valid time range.',
  },
];

const ASSERTION: readonly Refusal[] = [
  {
    why: 'an opaque assertion',
    send: (stage) => stage.exchange({ assertion: 'EwB4A8l6' }),
    ...badRequest,
    code: 50027,
    head: 'JWT token is invalid or malformed.',
  },
  {
    why: 'a list of audiences in the assertion',
    send: ({ emulator, api, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ aud: [api.clientId] }) }),
    ...badRequest,
    code: 50027,
    head: 'JWT token is invalid or malformed.',
  },
  {
    why: 'an unknown key',
    send: (stage) => stage.exchange({ assertion: forge(stage, { kid: 'unknown' }) }),
    ...badGrant,
    code: 50013,
    head: 'Assertion failed signature validation. [Reason - The key was not found., ',
  },
  {
    why: 'another key under a known id',
    send: (stage) => stage.exchange({ assertion: forge(stage, {}) }),
    ...badGrant,
    code: 50013,
    head: 'Assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: ',
  },
  {
    why: 'a Microsoft Graph token',
    send: ({ emulator, exchange }) => exchange({ assertion: emulator.issueAccessToken({ aud: GRAPH }) }),
    ...badGrant,
    code: 50013,
    head: 'Assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., ',
  },
  {
    why: 'a token of the real platform',
    send: (stage) => {
      const iss = `https://login.microsoftonline.com/${stage.emulator.tenantId}/v2.0`;
      return stage.exchange({ assertion: forge(stage, { kid: 'real' }, { iss }) });
    },
    ...badGrant,
    code: 50013,
    head: 'Assertion failed signature validation. [Reason - The key was not found., ',
  },
  {
    why: 'a token for another API',
    send: ({ emulator, exchange }) => exchange({ assertion: emulator.issueAccessToken({ aud: ARM }) }),
    ...badGrant,
    code: 500131,
    errorUri: false,
    head: `Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '${ARM}' and the expected audience is '`,
  },
  {
    why: 'an audience in another letter case',
    send: (stage) =>
      stage.exchange({
        assertion: stage.emulator.issueAccessToken({ ver: '1.0', aud: `API://${stage.api.clientId}` }),
      }),
    ...badGrant,
    code: 500131,
    errorUri: false,
    head: 'Assertion audience does not match the Client app presenting the assertion.',
  },
  {
    why: 'an identifier URI in a v2.0 token',
    send: ({ emulator, api, exchange }) => exchange({ assertion: forge2(emulator, api) }),
    ...badGrant,
    code: 500131,
    errorUri: false,
    head: 'Assertion audience does not match the Client app presenting the assertion.',
  },
  {
    why: 'an assertion that expires now',
    send: ({ emulator, clock, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ exp: clock.now / 1000 }) }),
    ...badGrant,
    code: 500133,
    errorUri: false,
    head: 'Assertion is not within its valid time range. Ensure that the access token is not expired',
  },
  {
    why: 'an assertion of the future',
    send: ({ emulator, clock, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ nbf: clock.now / 1000 + 1 }) }),
    ...badGrant,
    code: 500133,
    errorUri: false,
    head: 'Assertion is not within its valid time range.',
  },
  {
    why: 'an app-only assertion',
    send: ({ emulator, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ scp: undefined, roles: ['Orders.Read.All'] }) }),
    status: 400,
    error: 'unauthorized_client',
    code: 7000114,
    head: 'Application ',
  },
  {
    why: 'an assertion that says it is app-only',
    send: ({ emulator, exchange }) => exchange({ assertion: emulator.issueAccessToken({ idtyp: 'app' }) }),
    status: 400,
    error: 'unauthorized_client',
    code: 7000114,
    head: 'Application ',
  },
  {
    why: 'an ID token',
    send: ({ emulator, exchange }) => exchange({ assertion: emulator.issueIdToken() }),
    ...badRequest,
    code: 240002,
    errorUri: false,
    head: "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
  },
  {
    why: 'a foreign issuer',
    send: ({ emulator, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ iss: 'https://other/' }) }),
    ...badRequest,
    code: 50107,
    head: "The requested federation realm object 'https://other/' does not exist.",
  },
  {
    why: 'a deleted user',
    send: ({ emulator, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ oid: emulator.addUser({ deleted: true }).oid }) }),
    ...badGrant,
    code: 500341,
    head: 'The user account {EUII Hidden} has been deleted from the ',
  },
  {
    why: 'a disabled user',
    send: ({ emulator, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ oid: emulator.addUser({ disabled: true }).oid }) }),
    ...badGrant,
    code: 50057,
    head: 'The user account is disabled.',
  },
  {
    why: 'a user of another tenant',
    send: ({ emulator, exchange }) =>
      exchange({ assertion: emulator.issueAccessToken({ tid: UNKNOWN_TENANT }) }),
    ...badGrant,
    code: 50020,
    head: "User account '{EmailHidden}' from identity provider ",
  },
  {
    why: 'a user who is not in the directory',
    send: ({ emulator, exchange }) => exchange({ assertion: emulator.issueAccessToken({ oid: 'nobody' }) }),
    ...badGrant,
    code: 50034,
    head: 'The user account ',
  },
];

const RESOURCE: readonly Refusal[] = [
  {
    why: '.default beside a named scope',
    send: (stage) => stage.exchange({ scope: `${GRAPH}/.default ${GRAPH}/User.Read` }),
    status: 400,
    error: 'invalid_scope',
    code: 70011,
    errorUri: false,
    head: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid.",
  },
  {
    why: 'scopes joined with commas',
    send: (stage) => stage.exchange({ scope: 'User.Read,Mail.Read' }),
    status: 400,
    error: 'invalid_scope',
    code: 70011,
    errorUri: false,
    head: 'The provided request must include',
  },
  {
    why: 'a resource without a scope',
    send: (stage) => stage.exchange({ scope: GRAPH }),
    status: 400,
    error: 'invalid_scope',
    code: 70011,
    errorUri: false,
    head: 'The provided request must include',
  },
  {
    why: 'two resources',
    send: (stage) => stage.exchange({ scope: `${GRAPH}/User.Read api://other/scope` }),
    ...badRequest,
    code: 28000,
    head: 'Provided value for the input parameter scope is not valid because it contains more than one resource.',
  },
  {
    why: 'an unknown resource',
    send: (stage) => stage.exchange({ scope: 'api://nowhere/.default' }),
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    head: 'The resource principal named api://nowhere was not found in the tenant named ',
  },
  {
    why: 'a disabled resource',
    send: ({ emulator, exchange }) =>
      exchange({ scope: `${emulator.addApplication({ disabled: true }).clientId}/.default` }),
    status: 400,
    error: 'invalid_resource',
    code: 50001,
    head: 'The application named ',
  },
  {
    why: 'itself by its api:// identifier',
    send: (stage) => stage.exchange({ scope: `api://${stage.api.clientId}/.default` }),
    status: 400,
    error: 'invalid_resource',
    code: 90009,
    head: 'Application ',
  },
  {
    why: 'a scope nobody consented to',
    send: (stage) => stage.exchange({ scope: `${GRAPH}/User.Read ${GRAPH}/Files.Read` }),
    ...badGrant,
    code: 65001,
    suberror: 'consent_required',
    errorUri: false,
    head: 'The user or administrator has not consented to use the application with ID ',
  },
  {
    why: '.default of a resource nobody consented to',
    send: (stage) => stage.exchange({ scope: `${ARM}/.default` }),
    ...badGrant,
    code: 65001,
    suberror: 'consent_required',
    errorUri: false,
    head: 'The user or administrator has not consented',
  },
  {
    why: "another user's consent",
    send: ({ emulator, api, exchange }) => {
      emulator.grantConsent({ clientId: api.clientId, scopes: 'Chat.Read', userId: emulator.addUser().oid });
      return exchange({ scope: 'Chat.Read' });
    },
    ...badGrant,
    code: 65001,
    suberror: 'consent_required',
    errorUri: false,
    head: 'The user or administrator has not consented',
  },
  {
    why: 'a user who is not assigned',
    send: (stage) =>
      stage.exchange({
        scope: `api://${downstream(stage, { appRoleAssignmentRequired: true }).clientId}/.default`,
      }),
    status: 400,
    error: 'interaction_required',
    code: 50105,
    head: 'Your administrator has configured the application ',
  },
  {
    why: 'a client that is not assigned',
    send: ({ emulator, clientCredentials }) =>
      clientCredentials({
        scope: `api://${emulator.addApplication({ appRoleAssignmentRequired: true }).clientId}/.default`,
      }),
    ...badGrant,
    code: 501051,
    head: 'Application ',
  },
  {
    why: 'client credentials for a named scope',
    send: (stage) => stage.clientCredentials({ scope: `${GRAPH}/User.Read` }),
    status: 400,
    error: 'invalid_scope',
    code: 1002012,
    head: `The provided value for scope ${GRAPH}/User.Read is not valid. Client credential flows must have a scope value with /.default suffixed`,
  },
  {
    why: 'client credentials for an unknown resource',
    send: (stage) => stage.clientCredentials({ scope: 'api://nowhere/.default' }),
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    head: 'The resource principal named api://nowhere was not found',
  },
  {
    why: 'conditional access that asks for MFA',
    send: (stage) => guarded(stage, {}),
    ...badGrant,
    code: 50076,
    suberror: 'basic_action',
    claims: true,
    head: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access ',
  },
  {
    why: 'per-user MFA',
    send: (stage) => guarded(stage, { withClaims: false }),
    ...badGrant,
    code: 50076,
    suberror: 'basic_action',
    head: 'Due to a configuration change made by your administrator',
  },
  {
    why: 'MFA to register for',
    send: (stage) => guarded(stage, { code: 50079 }),
    ...badGrant,
    code: 50079,
    suberror: 'basic_action',
    claims: true,
    head: 'Due to a configuration change made by your administrator',
  },
  {
    why: 'conditional access that blocks',
    send: (stage) => guarded(stage, { code: 53003 }),
    ...badGrant,
    code: 53003,
    suberror: 'message_only',
    claims: true,
    head: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
];

const REFRESH: readonly Refusal[] = [
  {
    why: 'a refresh token that is none',
    send: (stage) => refresh(stage, 'garbage'),
    ...badGrant,
    code: 9002313,
    head: 'Invalid request. Request is malformed or invalid.',
  },
  {
    why: 'no refresh token',
    send: (stage) => refresh(stage, ''),
    ...badRequest,
    code: 900144,
    head: "The request body must contain the following parameter: 'refresh_token'.",
  },
  {
    why: 'the refresh token of a public client, which needs no credential',
    send: (stage) => {
      const { clientId } = stage.emulator.addApplication({ isPublicClient: true });
      return refresh(stage, 'garbage', { client_id: clientId, client_secret: undefined });
    },
    ...badGrant,
    code: 9002313,
    head: 'Invalid request.',
  },
  {
    why: 'the refresh token of a deleted user',
    send: async (stage) => {
      const user = stage.emulator.addUser();
      const token = await refreshTokenOf(stage, user.oid);
      user.deleted = true;
      return refresh(stage, token);
    },
    ...badGrant,
    code: 500341,
    head: 'The user account {EUII Hidden} has been deleted from the ',
  },
  {
    why: 'a revoked refresh token',
    send: revokedRefreshToken,
    ...badGrant,
    code: 50173,
    suberror: 'bad_token',
    head: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  },
  {
    why: 'a stale refresh token',
    send: staleRefreshToken,
    ...badGrant,
    code: 700082,
    suberror: 'bad_token',
    head: 'The refresh token has expired due to inactivity. The token was issued on ',
  },
  {
    why: "another client's refresh token",
    send: foreignRefreshToken,
    ...badGrant,
    code: 70000,
    head: 'Provided grant is invalid or malformed.',
  },
];

describe('refusals', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage();
  });
  afterAll(() => stage.emulator.stop());

  it.each([...PROTOCOL, ...CLIENT, ...ASSERTION, ...RESOURCE, ...REFRESH])(
    '$code for $why',
    async (refusal) => {
      const answer = await refusal.send(stage);
      const { json } = answer;
      expect(json).toMatchObject({ error: refusal.error, error_codes: [refusal.code] });
      expect(answer.status).toBe(refusal.status);
      expect(json['suberror']).toBe(refusal.suberror);
      expect(json['error_uri']).toBe(
        refusal.errorUri === false ? undefined : `${stage.emulator.url}/error?code=${refusal.code}`,
      );
      expect('claims' in json).toBe(refusal.claims === true);
      const members = Object.keys(json);
      expect(members).toEqual(MEMBER_ORDER.filter((name) => members.includes(name)));
      expectEnvelope(answer, `AADSTS${refusal.code}: ${refusal.head}`);
    },
  );

  it('describes the times of a client assertion without any as 1970', async () => {
    const assertion = assertionOf(stage, { claims: { exp: undefined, nbf: undefined } });
    const { json } = await stage.exchangeWith(assertion);
    const epoch = '1970-01-01T00:00:00.0000000Z';
    expect(json['error_description']).toContain(
      `assertion valid from ${epoch}, expiry time of assertion ${epoch}.`,
    );
  });

  it('refuses a certificate outside its validity with 1000502', async () => {
    const now = stage.clock.now;
    const expired = await createClientCertificate(new Date(now - 7_200_000), new Date(now - 3_600_000));
    stage.api.certificates.push(expired.pem);
    const { status, json } = await stage.exchangeWith(
      clientAssertion(expired, stage.api.clientId, tokenUrl(stage)),
    );
    expect(status).toBe(401);
    expect(json).toMatchObject({ error: 'invalid_client', error_codes: [1000502] });
  });

  it("answers on-behalf-of on a B2C policy in B2C's envelope", async () => {
    for (const path of ['B2C_1_signin/oauth2/v2.0/token', 'oauth2/v2.0/token?p=B2C_1_signin']) {
      const { status, json } = await send(stage.emulator, `${stage.emulator.tenantId}/${path}`, {
        method: 'POST',
        body: new URLSearchParams(stage.obo() as Record<string, string>),
      });
      expect(status).toBe(400);
      expect(Object.keys(json)).toEqual(['error', 'error_description']);
      expect(json['error']).toBe('unsupported_grant_type');
      expect(json['error_description']).toMatch(
        /^AADB2C90086: The supplied grant_type \[urn:ietf:params:oauth:grant-type:jwt-bearer\] is not supported\./,
      );
    }
  });

  it('claims hold the policy ids as JSON text', async () => {
    const target = downstream(stage);
    const { policyIds } = stage.emulator.requireClaims({ resource: target.clientId });
    const { json } = await stage.exchange({ scope: `${target.clientId}/.default` });
    expect(json['claims']).toBe(
      `{"access_token":{"capolids":{"essential":true,"values":["${policyIds[0]}"]}}}`,
    );
  });

  it('error_uri follows the host that was called', async () => {
    const address = stage.emulator.url.replace('localhost', '127.0.0.1');
    const response = await stage.emulator.fetch(`${address}/${stage.emulator.tenantId}/oauth2/v2.0/token`);
    expect(await response.json()).toMatchObject({ error_uri: `${address}/error?code=900561` });
  });

  it('errors are not for caches', async () => {
    const { headers } = await send(stage.emulator, `${UNKNOWN_TENANT}/v2.0/.well-known/openid-configuration`);
    expect(headers.get('cache-control')).toBe('private');
    expect((await stage.exchange({ scope: '' })).headers.get('cache-control')).toBe('no-store, no-cache');
  });

  it('the first failing check answers', async () => {
    const everythingWrong = {
      grant_type: 'nope',
      client_id: UNKNOWN_TENANT,
      client_secret: 'wrong',
      scope: ',',
      assertion: 'x',
    };
    const codes: unknown[] = [];
    for (const repair of [
      {},
      { grant_type: JWT_BEARER },
      {},
      { client_id: stage.api.clientId },
      { client_secret: SECRET },
      { scope: 'api://nowhere/x' },
      { assertion: stage.emulator.issueAccessToken({ aud: ARM, iss: 'https://other/', exp: 1 }) },
      { assertion: stage.emulator.issueAccessToken({ aud: ARM, exp: 1 }) },
      { assertion: stage.emulator.issueAccessToken({ exp: 1, scp: null }) },
      { assertion: stage.emulator.issueAccessToken({ scp: null }) },
      { assertion: stage.emulator.issueAccessToken({ oid: stage.emulator.addUser({ deleted: true }).oid }) },
      { assertion: stage.emulator.issueAccessToken() },
    ]) {
      Object.assign(everythingWrong, repair);
      const tenant: string | undefined = codes.length === 1 ? UNKNOWN_TENANT : undefined;
      codes.push((await stage.exchange(everythingWrong, tenant)).json['error_codes']);
    }
    expect(codes.flat()).toEqual([
      70003, 90002, 700016, 7000215, 70011, 50027, 50107, 500131, 500133, 7000114, 500341, 500011,
    ]);
  });
});

describe('what must be accepted', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage();
  });
  afterAll(() => stage.emulator.stop());

  const accepted: readonly (readonly [string, (stage: Stage) => Promise<Answered>])[] = [
    ['a secret', (s) => s.exchange()],
    ['a secret in the Authorization header', basicAuthentication],
    ['RS256 with x5t', (s) => s.exchangeWith(assertionOf(s))],
    [
      'PS256 with x5t#S256',
      (s) =>
        s.exchangeWith(
          assertionOf(s, {
            algorithm: 'PS256',
            header: { x5t: undefined, 'x5t#S256': s.certificate.x5tS256 },
          }),
        ),
    ],
    [
      'RS256 with kid',
      (s) =>
        s.exchangeWith(
          assertionOf(s, {
            header: {
              x5t: undefined,
              kid: Buffer.from(s.certificate.x5t, 'base64url').toString('hex').toUpperCase(),
            },
          }),
        ),
    ],
    [
      'the issuer as audience of the client assertion',
      (s) =>
        s.exchangeWith(assertionOf(s, { claims: { aud: `${s.emulator.url}/${s.emulator.tenantId}/v2.0` } })),
    ],
    ['a client assertion without jti', (s) => s.exchangeWith(assertionOf(s, { claims: { jti: undefined } }))],
    ["a token of the emulator's own tenant as federated credential", (s) => federated(s, {})],
    [
      'its own api:// identifier with client credentials',
      (s) => s.clientCredentials({ scope: `api://${s.api.clientId}/.default` }),
    ],
    ['itself by client id', (s) => s.exchange({ scope: `${s.api.clientId}/.default` })],
    ['scopes in any letter case', (s) => s.exchange({ scope: 'HTTPS://Graph.Microsoft.com/USER.READ' })],
    [
      'OpenID Connect words beside a scope',
      (s) => s.exchange({ scope: 'User.Read openid profile offline_access' }),
    ],
    ['an unknown parameter', (s) => s.exchange({ 'x-client-SKU': 'msal.js.node' })],
    [
      'a v1.0 assertion with the App ID URI',
      (s) =>
        s.exchange({
          assertion: s.emulator.issueAccessToken({ ver: '1.0', aud: `api://${s.api.clientId}` }),
        }),
    ],
    [
      'a v1.0 assertion with the client id',
      (s) => s.exchange({ assertion: s.emulator.issueAccessToken({ ver: '1.0', aud: s.api.clientId }) }),
    ],
    [
      'an assertion with a millisecond left',
      (s) => s.exchange({ assertion: s.emulator.issueAccessToken({ exp: (s.clock.now + 1) / 1000 }) }),
    ],
    ['the domain of the tenant', (s) => s.exchange({}, 'contoso.onmicrosoft.com')],
    ['a GUID in capitals', (s) => s.exchange({}, s.emulator.tenantId.toUpperCase())],
    ['broken percent-encoding in a parameter nobody reads', brokenEncoding],
    ['a multi-tenant client on organizations', onOrganizations],
    [
      'a user who is assigned',
      (s) =>
        s.exchange({
          scope: `${downstream(s, { appRoleAssignmentRequired: true, assignedUsers: [s.user.oid] }).clientId}/.default`,
        }),
    ],
    ['a client with a role', withRole],
    [
      'a trailing slash in the resource',
      (s) => s.clientCredentials({ scope: 'https://management.core.windows.net//.default' }),
    ],
  ];

  it.each(accepted)('%s', async (_, request) => {
    const { status, json } = await request(stage);
    expect(json['error_description']).toBeUndefined();
    expect(status).toBe(200);
  });

  it('the same client assertion twice', async () => {
    const assertion = assertionOf(stage);
    expect((await stage.exchangeWith(assertion)).status).toBe(200);
    expect((await stage.exchangeWith(assertion)).status).toBe(200);
  });

  it('a federated token of an issuer outside, whose keys are fetched', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const provider = createServer((request, response) => {
      const { port } = provider.address() as AddressInfo;
      const isKeys = request.url === '/keys';
      response.end(
        JSON.stringify(
          isKeys
            ? { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }] }
            : { jwks_uri: `http://127.0.0.1:${port}/keys` },
        ),
      );
    });
    await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
    try {
      const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
      const app = federatedApp(stage, { issuer });
      const token = sign(
        {
          iss: issuer,
          aud: 'api://AzureADTokenExchange',
          sub: FEDERATED_SUBJECT,
          exp: Math.floor(stage.clock.now / 1000) + 60,
        },
        privateKey,
        { algorithm: 'ES256', keyid: 'k', noTimestamp: true },
      );
      const { status, json } = await stage.exchangeWith(token, {
        client_id: app.clientId,
        assertion: stage.emulator.issueAccessToken({ aud: app.clientId }),
      });
      expect(json['error_description']).toBeUndefined();
      expect(status).toBe(200);
    } finally {
      provider.close();
    }
  });

  it('a sign-in that satisfied the policy, and the exchange after it', async () => {
    const target = downstream(stage, { clientSecrets: [SECRET] });
    const last = downstream(stage);
    stage.emulator.grantConsent({ clientId: target.clientId, scopes: `${last.clientId}/access_as_user` });
    const { policyIds } = stage.emulator.requireClaims({ scope: `${target.clientId}/access_as_user` });
    const { policyIds: next } = stage.emulator.requireClaims({ resource: last.clientId });
    const scope = `${target.clientId}/access_as_user`;
    const weak = await stage.exchange({ scope });
    expect(weak.json['error_codes']).toEqual([50076]);
    const assertion = stage.emulator.issueAccessToken({}, { satisfies: [...policyIds, ...next] });
    const strong = await stage.exchange({ scope, assertion });
    expect(strong.status).toBe(200);
    const second = await stage.exchange({
      client_id: target.clientId,
      assertion: String(strong.json['access_token']),
      scope: `${last.clientId}/.default`,
    });
    expect(second.status).toBe(200);
  });

  it('a policy for one user leaves the others alone', async () => {
    const target = downstream(stage);
    const guardedUser = stage.emulator.addUser();
    stage.emulator.requireClaims({ resource: target.clientId, userId: guardedUser.oid });
    const scope = `${target.clientId}/.default`;
    expect((await stage.exchange({ scope })).status).toBe(200);
    const assertion = stage.emulator.issueAccessToken({ oid: guardedUser.oid });
    expect((await stage.exchange({ scope, assertion })).status).toBe(400);
  });

  it('a guarded scope is left out when others are asked for', async () => {
    const target = stage.emulator.addApplication({ scopes: ['Free', 'Guarded'] });
    stage.emulator.grantConsent({ clientId: stage.api.clientId, scopes: `${target.clientId}/.default` });
    stage.emulator.requireClaims({ scope: `${target.clientId}/Guarded` });
    const { json } = await stage.exchange({ scope: `${target.clientId}/Free` });
    expect(json['scope']).toBe(`${target.clientId}/Free`);
    expect((await stage.exchange({ scope: `${target.clientId}/Guarded` })).status).toBe(400);
  });

  it('any number of identical requests, unless loops are looked for', async () => {
    const form = stage.obo();
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await postToken(stage.emulator, form)).status).toBe(200);
    }
    let now = Date.now();
    const strict = await EntraEmulator.start({ detectRequestLoops: true, now: () => now });
    try {
      const app = strict.addApplication({ clientSecrets: [SECRET] });
      const request = {
        grant_type: 'client_credentials',
        client_id: app.clientId,
        client_secret: SECRET,
        scope: `${GRAPH}/.default`,
      };
      const statuses: number[] = [];
      for (let sent = 1; sent <= 15; sent += 1) {
        statuses.push((await postToken(strict, request)).status);
      }
      expect(statuses).toEqual([...Array<number>(14).fill(200), 400]);
      expect((await postToken(strict, request)).json['error_codes']).toEqual([50196]);
      now += 5 * 60_000;
      expect((await postToken(strict, request)).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });
});

function expectEnvelope({ json, headers }: Answered, start: string): void {
  const text = String(json['error_description']);
  expect(text.slice(0, start.length)).toBe(start);
  expect(json['timestamp']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  expect(json['trace_id']).toBe(headers.get('x-ms-request-id'));
  expect(
    text.endsWith(
      ` Trace ID: ${String(json['trace_id'])} Correlation ID: ${String(json['correlation_id'])} Timestamp: ${String(json['timestamp'])}`,
    ),
  ).toBe(true);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.has('www-authenticate')).toBe(false);
}

function tokenUrl({ emulator }: Stage): string {
  return `${emulator.url}/${emulator.tenantId}/oauth2/v2.0/token`;
}

function assertionOf(stage: Stage, changes: AssertionChanges = {}): string {
  return clientAssertion(stage.certificate, stage.api.clientId, tokenUrl(stage), changes);
}

/** A user's token with changes, signed by a key that is not the emulator's. */
function forge({ emulator }: Pick<Stage, 'emulator'>, header: object, claims: object = {}): string {
  const token = decode(emulator.issueAccessToken());
  return sign({ ...token.payload, ...claims }, forged, {
    header: { ...token.header, ...header, alg: 'RS256' } as JwtHeader,
  });
}

/** A v2.0 token whose audience is an identifier URI, which Entra never issues. */
function forge2(emulator: EntraEmulator, api: EmulatedApplication): string {
  const uri = `api://${api.clientId}`;
  const position = api.identifierUris.indexOf(uri);
  api.identifierUris.splice(position, 1);
  const token = emulator.issueAccessToken({ aud: uri });
  api.identifierUris.push(uri);
  return token;
}

function otherTenantApp({ emulator }: Stage, multiTenant: boolean): EmulatedApplication {
  const { tenantId } = emulator.addTenant();
  return emulator.addApplication({ tenantId, multiTenant, clientSecrets: [SECRET] });
}

/** A downstream API that the stage's API may call. */
function downstream(
  { emulator, api }: Stage,
  init: Parameters<EntraEmulator['addApplication']>[0] = {},
): EmulatedApplication {
  const target = emulator.addApplication(init);
  emulator.grantConsent({ clientId: api.clientId, scopes: `${target.clientId}/access_as_user` });
  return target;
}

function guarded(stage: Stage, policy: object): Promise<Answered> {
  const target = downstream(stage);
  stage.emulator.requireClaims({ resource: target.clientId, ...policy });
  return stage.exchange({ scope: `${target.clientId}/access_as_user` });
}

function federatedApp({ emulator }: Stage, credential: object): EmulatedApplication {
  const issuer = `${emulator.url}/${emulator.tenantId}/v2.0`;
  const app = emulator.addApplication({
    federatedCredentials: [{ issuer, subject: FEDERATED_SUBJECT, ...credential }],
  });
  emulator.grantConsent({ clientId: app.clientId, scopes: 'User.Read' });
  return app;
}

function federated(
  stage: Stage,
  claims: object,
  credential: object = {},
  change: (token: string) => string = (token) => token,
): Promise<Answered> {
  const app = federatedApp(stage, credential);
  const token = stage.emulator.issueAccessToken({
    aud: 'api://AzureADTokenExchange',
    sub: FEDERATED_SUBJECT,
    scp: undefined,
    ...claims,
  });
  return stage.exchangeWith(change(token), {
    client_id: app.clientId,
    assertion: stage.emulator.issueAccessToken({ aud: app.clientId }),
  });
}

function basicAuthentication(stage: Stage): Promise<Answered> {
  const credentials = Buffer.from(`${stage.api.clientId}:${encodeURIComponent(SECRET)}`).toString('base64');
  const form = stage.obo({ client_id: undefined, client_secret: undefined });
  return postToken(stage.emulator, form, undefined, { authorization: `Basic ${credentials}` });
}

function brokenEncoding(stage: Stage): Promise<Answered> {
  const body = `${new URLSearchParams(stage.obo() as Record<string, string>).toString()}&state=%zz%`;
  const init = { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  return send(stage.emulator, `${stage.emulator.tenantId}/oauth2/v2.0/token`, init);
}

async function onOrganizations({ emulator }: Stage): Promise<Answered> {
  const app = emulator.addApplication({ multiTenant: true, clientSecrets: [SECRET] });
  emulator.grantConsent({ clientId: app.clientId, scopes: 'User.Read' });
  const { tenantId } = emulator.addTenant();
  const { oid } = emulator.addUser({ tenantId });
  const assertion = emulator.issueAccessToken({ aud: app.clientId, oid });
  const form = {
    grant_type: JWT_BEARER,
    requested_token_use: 'on_behalf_of',
    client_id: app.clientId,
    client_secret: SECRET,
    assertion,
    scope: 'User.Read',
  };
  const answer = await postToken(emulator, form, 'organizations');
  expect(decode(answer.json['access_token']).payload['tid']).toBe(tenantId);
  return answer;
}

async function withRole({ emulator }: Stage): Promise<Answered> {
  const target = emulator.addApplication({ appRoleAssignmentRequired: true });
  const client = emulator.addApplication({
    clientSecrets: [SECRET],
    appRoleAssignments: [{ resource: target.clientId, roles: ['Orders.Read.All'] }],
  });
  const form = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: SECRET,
    scope: `api://${target.clientId}/.default`,
  };
  const answer = await postToken(emulator, form);
  expect(decode(answer.json['access_token']).payload['roles']).toEqual(['Orders.Read.All']);
  return answer;
}

function refresh({ emulator, api }: Stage, token: string, form: object = {}): Promise<Answered> {
  return postToken(emulator, {
    grant_type: 'refresh_token',
    client_id: api.clientId,
    client_secret: SECRET,
    refresh_token: token,
    scope: 'User.Read',
    ...form,
  });
}

async function refreshTokenOf(stage: Stage, oid: string): Promise<string> {
  const assertion = stage.emulator.issueAccessToken({ oid });
  return String(
    (await stage.exchange({ assertion, scope: 'User.Read offline_access' })).json['refresh_token'],
  );
}

async function revokedRefreshToken(stage: Stage): Promise<Answered> {
  const user = stage.emulator.addUser({ oid: randomUUID() });
  const token = await refreshTokenOf(stage, user.oid);
  expect((await refresh(stage, token)).status).toBe(200);
  user.tokensValidFrom = new Date(stage.clock.now + 1);
  return refresh(stage, token);
}

async function staleRefreshToken(stage: Stage): Promise<Answered> {
  const start = stage.clock.now;
  const token = await refreshTokenOf(stage, stage.user.oid);
  try {
    stage.clock.now = start + 90 * 86_400_000 - 1;
    expect((await refresh(stage, token)).status).toBe(200);
    stage.clock.now = start + 90 * 86_400_000;
    return await refresh(stage, token);
  } finally {
    stage.clock.now = start;
  }
}

async function foreignRefreshToken(stage: Stage): Promise<Answered> {
  const other = stage.emulator.addApplication({ clientSecrets: [SECRET] });
  return refresh(stage, await refreshTokenOf(stage, stage.user.oid), { client_id: other.clientId });
}

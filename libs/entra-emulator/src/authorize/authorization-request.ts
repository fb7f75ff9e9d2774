import { AadstsError } from '../errors/aadsts-error.js';
import { refuseResource, requireParameter } from '../grants/token-request.js';
import { splitByResource, type ScopesByResource } from '../grants/scopes-by-resource.js';
import type { EmulatedApplication } from '../tenants/application.js';
import { parseClaimsRequest, type ClaimsRequest } from './claims-request.js';
import type { ReplyTarget } from './reply-target.js';

const PROMPTS = ['none', 'login', 'select_account', 'consent'] as const;

/** What the client wants of the user (OpenID Connect Core §3.1.2.1, `prompt`). */
export type Prompt = (typeof PROMPTS)[number];

/** Length of a challenge in characters (RFC 7636 §4.2). */
const CHALLENGE = /^[\w.~-]{43,128}$/;

/** The response type by which MSAL asks for an encrypted answer; it offers a code as the alternative. */
const ENCRYPTED_RESPONSE = 'id_token token refresh_token';

/** A request to sign a user in whose client and redirect URI are good. */
export interface AuthorizationRequest {
  readonly application: EmulatedApplication;
  /** Tenant of the path; undefined for `common` and `organizations`. */
  readonly tenantId: string | undefined;
  /** Tenant segment as written: the forms of the pages are posted under it. */
  readonly tenantSegment: string;
  readonly target: ReplyTarget;
  readonly scope: string;
  readonly scopes: ScopesByResource;
  readonly prompt: Prompt | undefined;
  readonly loginHint: string | undefined;
  readonly domainHint: string | undefined;
  /** Session that the client wants to go on with. */
  readonly sessionId: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly claims: ClaimsRequest;
  readonly wantsClientInfo: boolean;
  readonly wantsInstance: boolean;
}

/** Reads the parameters behind client and redirect URI. Each refusal goes back to the client. */
export function readAuthorizationRequest(
  parameters: ReadonlyMap<string, string>,
  found: Pick<AuthorizationRequest, 'application' | 'tenantId' | 'tenantSegment' | 'target'>,
): AuthorizationRequest {
  checkResponseType(parameters);
  refuseResource(parameters);
  const scope = requireParameter(parameters, 'scope');
  return {
    ...found,
    scope,
    scopes: splitByResource(scope),
    prompt: readPrompt(parameters.get('prompt')),
    loginHint: parameters.get('login_hint'),
    domainHint: parameters.get('domain_hint'),
    sessionId: parameters.get('sid'),
    nonce: parameters.get('nonce'),
    codeChallenge: readCodeChallenge(parameters, found.target),
    claims: parseClaimsRequest(parameters.get('claims')),
    wantsClientInfo: parameters.get('client_info') === '1',
    wantsInstance: parameters.get('instance_aware') === 'true',
  };
}

/** The implicit and hybrid flows are off, as they are in a new registration: AADSTS700054, AADSTS700051. */
function checkResponseType(parameters: ReadonlyMap<string, string>): void {
  const type = requireParameter(parameters, 'response_type');
  if (type === 'code' || (type === ENCRYPTED_RESPONSE && parameters.has('ear_jwk'))) {
    return;
  }
  const words = new Set(type.split(' '));
  if (words.has('id_token')) {
    throw new AadstsError(700054);
  }
  throw words.has('token') ? new AadstsError(700051) : new AadstsError(70005, [type]);
}

function readPrompt(prompt: string | undefined): Prompt | undefined {
  if (prompt === undefined || prompt === '') {
    return undefined;
  }
  const known = PROMPTS.find((one) => one === prompt);
  if (known === undefined) {
    throw new AadstsError(90023);
  }
  return known;
}

/** AADSTS9002325: a single-page application has to send a challenge. AADSTS50149: only S256. */
function readCodeChallenge(
  parameters: ReadonlyMap<string, string>,
  { platform }: ReplyTarget,
): string | undefined {
  const challenge = parameters.get('code_challenge');
  if (challenge === undefined) {
    if (platform === 'spa') {
      throw new AadstsError(9002325);
    }
    return undefined;
  }
  if (parameters.get('code_challenge_method') !== 'S256') {
    throw new AadstsError(50149);
  }
  if (!CHALLENGE.test(challenge)) {
    throw new AadstsError(501491);
  }
  return challenge;
}

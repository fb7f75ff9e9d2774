import { failureCode } from '../../errors/failure-code.js';
import { IdentityPlatformUnavailableError } from '../../errors/acquisition.errors.js';
import { pause } from '../../network/bounded-wait.js';
import { IdentityPlatformClient, type PlatformAnswer } from '../../network/identity-platform.client.js';
import type { ManagedIdentityAssertionCredential } from '../../options/client-credential.js';
import type { ClientCredentialSource } from '../client-credential-source.js';
import { CredentialFault } from '../credential-fault.js';
import type { LoadedCredential } from '../loaded-credential.js';
import { answerArcChallenge, isArcMachine } from '../managed-identity/azure-arc.js';
import {
  managedIdentityRequest,
  type ManagedIdentityRequest,
} from '../managed-identity/managed-identity-request.js';
import { readManagedIdentityToken } from '../managed-identity/managed-identity-token.js';
import { SignedAssertion } from '../signed-assertion.js';
import { monotonicMs } from '../../network/monotonic-clock.js';
import { wallClockMs } from '../../network/wall-clock.js';

/** Audience of a token that is to be exchanged (Microsoft: workload identity federation). */
const TOKEN_EXCHANGE = 'api://AzureADTokenExchange';

/** The instance metadata service returns these while it starts, is updated, or is asked too often; others like 5xx. */
const TRANSIENT_STATUSES = new Set([404, 408, 410, 429]);

/** The pause before the first retry; it doubles. */
const FIRST_PAUSE_MS = 1_000;

/**
 * A token of a managed identity as assertion, from App Service, the instance metadata service and their like.
 *
 * Requested here and not through msal-node: that keeps the first endpoint, and the network, that anything in the
 * process used it with; it follows redirects, with the secret header of the endpoint, and reads a body without a bound.
 */
export class ManagedIdentitySource implements ClientCredentialSource {
  readonly sourceType = 'SignedAssertionFromManagedIdentity';
  readonly isRemote = true;
  readonly #target: { readonly resource: string; readonly clientId: string | undefined };

  constructor(
    { managedIdentityClientId, tokenExchangeUrl }: ManagedIdentityAssertionCredential,
    private readonly options: { readonly timeoutMs: number },
  ) {
    this.#target = { resource: tokenExchangeUrl ?? TOKEN_EXCHANGE, clientId: managedIdentityClientId };
  }

  async load(): Promise<LoadedCredential> {
    const request = managedIdentityRequest(process.env, this.#target, isArcMachine());
    const until = monotonicMs() + this.options.timeoutMs;
    const answer = await this.answer(request, until).catch((error: unknown) => {
      throw error instanceof CredentialFault ? error : noToken(reasonOf(error));
    });
    if (answer.status !== 200) throw noToken(errorIn(answer.json) ?? `status ${answer.status}`);
    const token = readManagedIdentityToken(answer.json);
    if (!token) throw noToken('an answer without a usable token');
    // An agent that does not know user-assigned identities ignores the client id and returns its own identity.
    const isAnother = token.clientId?.toLowerCase() !== this.#target.clientId?.toLowerCase();
    if (request.isAzureArc && this.#target.clientId !== undefined && isAnother) {
      throw noToken('Azure Arc returned another identity than managedIdentityClientId');
    }
    return new SignedAssertion(token.accessToken, { issuedAt: wallClockMs(), expiresAt: token.expiresAt });
  }

  private async answer(request: ManagedIdentityRequest, until: number): Promise<PlatformAnswer> {
    const first = await this.send(request, until);
    if (!request.isAzureArc || first.status !== 401) return first;
    const authorization = await answerArcChallenge(first.headers['www-authenticate']);
    return this.send({ ...request, headers: { ...request.headers, authorization } }, until);
  }

  /** Sends it, and again after a transient answer as long as there is time. */
  private async send(request: ManagedIdentityRequest, until: number): Promise<PlatformAnswer> {
    const { url, method, headers, body } = request;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      const timeoutMs = Math.max(1, until - monotonicMs());
      // Not the `fetch` of `network`: the endpoint is on this machine or link-local, and no proxy leads to it.
      const client = new IdentityPlatformClient({ fetch: globalThis.fetch, timeoutMs, retries: 0 });
      const outcome = await client
        .send({ url, method, headers, body })
        .catch((error: IdentityPlatformUnavailableError) => error);
      const hasTime = monotonicMs() + pauseMs < until;
      if (hasTime && isTransient(outcome)) await pause(pauseMs);
      else if (outcome instanceof Error) throw outcome;
      else return outcome;
    }
  }
}

function isTransient(outcome: PlatformAnswer | IdentityPlatformUnavailableError): boolean {
  const status = outcome instanceof Error ? outcome.platform.status : outcome.status;
  return status !== undefined && (status >= 500 || TRANSIENT_STATUSES.has(status));
}

function noToken(reason: string): CredentialFault {
  return new CredentialFault(
    `got no token of the managed identity (${reason}); check that the API runs where it has one.`,
    { isTemporary: true },
  );
}

/** A code only: the text of an error can quote what the endpoint said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof IdentityPlatformUnavailableError)) return failureCode(error) ?? 'unknown error';
  const { status } = error.platform;
  if (status === 200) return 'an answer that is too long';
  if (status !== undefined) return `status ${status}`;
  return error.cause === undefined ? 'no answer in time' : (failureCode(error.cause) ?? 'no connection');
}

/** The OAuth error of an answer, or the code that App Service writes. */
function errorIn(json: unknown): string | undefined {
  const error = (json as { error?: unknown } | undefined | null)?.error;
  const code = typeof error === 'object' ? (error as { code?: unknown } | null)?.code : error;
  return typeof code === 'string' && /^[\w-]{1,60}$/.test(code) ? code : undefined;
}

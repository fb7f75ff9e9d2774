import type { CachedToken } from '../cache/cached-token.js';
import type { TokenFlow } from '../caller/token-flow.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { TokenAcquisitionError } from '../errors/acquisition.errors.js';
import { logLine } from '../errors/log-text.js';
import type { RejectionLog } from '../errors/rejection-log.js';
import { monotonicMs } from '../network/monotonic-clock.js';
import { acquisitionLogLevel } from './aadsts-log-level.js';
import type { CachedTokenFactory } from './cached-token.factory.js';
import { HoldBack } from './hold-back.js';
import { RecentFailures } from './recent-failures.js';
import type { TokenRequest } from './token-request.js';

/**
 * Exchanges, and what is remembered of those that failed.
 */
export class TokenExchanges {
  readonly #failures = new RecentFailures();
  readonly #holdBack = new HoldBack();

  constructor(
    private readonly factory: CachedTokenFactory,
    private readonly flow: TokenFlow | undefined,
    private readonly lines: RejectionLog,
  ) {}

  /** The failure of the same exchange a moment ago, when asking again would not change it. */
  recentFailure(flight: string): EntraAuthError | undefined {
    return this.#failures.find(flight, monotonicMs());
  }

  /** Makes one exchange. @throws TokenAcquisitionError */
  async run(request: TokenRequest, flight: string, correlationId: string): Promise<CachedToken> {
    const { holder, scopes, tenantId } = request;
    this.#holdBack.check(holder, monotonicMs());
    this.flow?.step({ kind: 'exchange_started', scopes, tenantId, correlationId });
    try {
      const exchanged = await request.exchange(scopes, correlationId);
      const token = this.factory.create(request, exchanged, correlationId);
      this.#failures.delete(flight);
      const { expiresAt } = token;
      this.flow?.step({ kind: 'exchange_finished', scopes: token.scopes, expiresAt, correlationId });
      return token;
    } catch (error) {
      this.#failures.add(flight, error, monotonicMs());
      this.#holdBack.note(holder, error, monotonicMs());
      this.log(error, request, correlationId);
      this.flow?.step({ kind: 'exchange_failed', error, correlationId });
      throw error;
    }
  }

  /** One line for a failed exchange, however many requests waited for it. */
  private log(error: unknown, { scopes, tenantId }: TokenRequest, correlationId: string): void {
    const what = error instanceof EntraAuthError ? `${error.code}: ${error.reason}` : 'unexpected failure';
    const line = `No token for ${scopes.join(' ')} in tenant ${tenantId} (correlation id ${correlationId}): ${what}`;
    this.lines.write(acquisitionLogLevel(error), limitOf(error, scopes), logLine(line));
  }
}

/**
 * What shares one limit of lines: failures with one answer of the identity platform and for the same scopes. Many
 * users who lack consent for one API do not hide the first line of another API, or of another cause.
 */
function limitOf(error: unknown, scopes: readonly string[]): string {
  const code = error instanceof EntraAuthError ? error.code : 'unexpected failure';
  const aadsts = error instanceof TokenAcquisitionError ? error.platform.aadsts : undefined;
  return logLine(`${code}${aadsts === undefined ? '' : ` AADSTS${aadsts}`} for ${scopes.join(' ')}`);
}

import { Logger } from '@nestjs/common';
import type { CachedToken } from '../cache/cached-token.js';
import type { TokenFlow } from '../caller/token-flow.js';
import { EntraAuthError } from '../errors/entra-auth.error.js';
import { logLine } from '../errors/log-text.js';
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
  readonly #logger = new Logger('EntraAuth');
  readonly #failures = new RecentFailures();
  readonly #holdBack = new HoldBack();

  constructor(
    private readonly factory: CachedTokenFactory,
    private readonly flow: TokenFlow | undefined,
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
    this.#logger[acquisitionLogLevel(error)](logLine(line));
  }
}

import { LRUCache } from 'lru-cache';
import type { CachedToken } from '../cache/cached-token.js';
import { clockAnchor } from '../network/clock-anchor.js';
import { wallClockMs } from '../network/wall-clock.js';
import { scopeName } from './scope-request.js';
import type { ExchangedToken } from './token-exchange-engine.js';
import { tokenLifetime } from './token-lifetime.js';
import type { TokenRequest } from './token-request.js';

type GrantedScopes = Pick<CachedToken, 'requested' | 'scopes' | 'names'>;

/** Makes what is remembered out of what came back: the times it serves, the scopes it serves, whose it is. */
export class CachedTokenFactory {
  readonly #granted = new LRUCache<string, GrantedScopes>({ max: 1_000 });

  constructor(private readonly expiryBufferMs: number) {}

  /** Call it as soon as the times of the token are known: from then on both clocks count. */
  create(request: TokenRequest, exchanged: ExchangedToken, correlationId: string): CachedToken {
    const { assertionExpiresAt, tenantId, userId, assertionId } = request;
    const acquiredAt = wallClockMs();
    return {
      accessToken: exchanged.accessToken,
      expiresAt: exchanged.expiresAt,
      // `refreshAt` is always an own property: none of a polluted prototype takes its place.
      ...tokenLifetime(
        { refreshAt: undefined, acquiredAt, assertionExpiresAt, ...exchanged },
        this.expiryBufferMs,
      ),
      clockAnchor: clockAnchor(acquiredAt),
      ...this.scopesOf(request, exchanged),
      tenantId,
      userId,
      assertionId,
      correlationId,
    };
  }

  /** What a token was asked for and grants: the same for every user, so that all share one copy of it. */
  private scopesOf(request: TokenRequest, { scopes }: ExchangedToken): GrantedScopes {
    // Not joined: a scope of a record could hold what separates them, and would be taken for two.
    const key = JSON.stringify([request.scopes, scopes]);
    const known = this.#granted.get(key);
    if (known) return known;
    const names = new Set([...request.names, ...scopes.map(scopeName)]);
    const granted = Object.freeze({ requested: request.scopes, scopes, names });
    this.#granted.set(key, granted);
    return granted;
  }
}

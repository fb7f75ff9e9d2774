import type { KeyObject } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../auth.constants.js';
import type { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import type { EntraUser } from '../caller/entra-user.js';
import { Caller, type Candidacy } from '../caller/request-scope.js';
import { InvalidTokenError } from '../errors/token.errors.js';
import { issuerOf } from '../options/authority.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { checkAudience, type Claims, type RuleContext } from './access-token-rules.js';
import { isForGraph } from './audience-hint.js';
import { parseCompactJws } from './compact-jws.js';
import { checkHeader } from './header-rules.js';
import { quoteForLog } from '../errors/log-text.js';
import { SharedTexts } from './shared-texts.js';
import type { SigningKey } from './signing-key.js';
import { wallClockMs } from '../network/wall-clock.js';
import { SigningKeys } from './signing-keys.js';
import { TenantMetadata } from './tenant-metadata.js';
import { isSignedWith } from './token-signature.js';
import { tokenRulesOf, type TokenRules } from './token-rules.js';
import { ValidatedTokenCache } from './validated-token.cache.js';

/** Why a good token can name a key that is not published. */
const UNKNOWN_KEY_CAUSES =
  'It may be a token of another tenant or another cloud, of an application with a custom signing key (claims mapping), of another policy of Azure AD B2C, or one whose key was withdrawn since';

/** What is known of a request between the search for its key and the check of its claims. */
interface InHand {
  readonly candidacy: Pick<Candidacy, 'caller'>;
  readonly assertion: Assertion;
  readonly key: SigningKey;
}

/**
 * The checks around the signature, which is passport-jwt's: what a token must be before a key is looked
 * for, and what it must say once the signature holds. A token that passed is remembered.
 */
@Injectable()
export class AccessTokenValidator {
  readonly #texts = new SharedTexts();
  readonly #known: ValidatedTokenCache;
  readonly #inHand = new WeakMap<object, InHand>();
  readonly #userOf: TokenRules;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly keys: SigningKeys,
    private readonly metadata: TenantMetadata,
    @Optional() private readonly context?: CallerContext,
  ) {
    this.#userOf = tokenRulesOf(options.authority);
    // Whoever makes room for the tokens of many users has as many users to know.
    this.#known = new ValidatedTokenCache(options.tokenCache.maxBytes / 2);
  }

  /** The caller behind a token that passed before: no cryptography but the hash that finds it. */
  recall(assertion: Assertion): Caller | undefined {
    const known = this.#known.find(assertion.id, nowSeconds(), this.keys.isStillPublished);
    if (!known) return undefined;
    this.context?.flow?.step({ kind: 'token_accepted', user: known.user });
    return new Caller(known.user, assertion);
  }

  /** Whether a token that passed before still does: it has not expired, and its key is published. */
  isCurrent(assertion: Assertion): boolean {
    return this.#known.find(assertion.id, nowSeconds(), this.keys.isStillPublished) !== undefined;
  }

  /** When the token of a user is not accepted any more: milliseconds since 1970, clock skew included. */
  expiresAt({ claims }: EntraUser): number {
    return (claims.exp + this.options.clockSkewSeconds) * 1000;
  }

  /**
   * Checks what needs no key, and finds the published key that the token names.
   * @throws InvalidTokenError, IdentityPlatformUnavailableError
   */
  async prepare(candidacy: Pick<Candidacy, 'request' | 'caller'>, assertion: Assertion): Promise<void> {
    const token = assertion.reveal();
    const { header, payload } = parseCompactJws(token);
    const kid = checkHeader(header);
    this.checkThumbprint(kid, header['x5t']);
    if (isForGraph(payload, this.options)) checkAudience(payload, { options: this.options });
    const [key] = await Promise.all([
      this.keys
        .find(kid, (published) => isSignedWith(token, published))
        .catch((error: unknown) => this.rejectAnyway(payload, error)),
      this.metadata.ready(payload['ver']),
    ]);
    if (!key) {
      throw new InvalidTokenError(
        'token_key',
        `The token is signed with key ${quoteForLog(kid)}, which is published neither for this tenant nor for this application. ${UNKNOWN_KEY_CAUSES}`,
      );
    }
    this.checkKeyIssuer(key, payload);
    this.#inHand.set(candidacy.request, { candidacy, assertion, key });
  }

  /** The token that {@link prepare} was given. */
  tokenOf(request: object): string {
    return this.inHand(request).assertion.reveal();
  }

  /** The key found by {@link prepare}. */
  keyFor(request: object): KeyObject {
    return this.inHand(request).key.key;
  }

  /**
   * Checks the claims, once the signature holds; from here on the token is remembered, and `validate()` knows whose it is.
   * @throws InvalidTokenError
   */
  accept(request: object, claims: Record<string, unknown>): void {
    const { candidacy, assertion, key } = this.inHand(request);
    this.#texts.share(claims);
    const user = this.#userOf(claims, this.ruleContext());
    const { nbf = 0, exp } = user.claims;
    const skew = this.options.clockSkewSeconds;
    const validity = { notBefore: nbf - skew, notAfter: exp + skew };
    this.#known.add(assertion.id, { user, kid: key.kid, ...validity }, assertion.reveal().length);
    candidacy.caller = new Caller(user, assertion);
    this.context?.flow?.step({ kind: 'token_accepted', user, keyId: key.kid });
  }

  /** Forgets what {@link prepare} found, once the request is decided. */
  release(request: object): void {
    this.#inHand.delete(request);
  }

  private inHand(request: object): InHand {
    const inHand = this.#inHand.get(request);
    if (!inHand)
      throw new InvalidTokenError('token_rejected', 'The request was not prepared by JwtAuthGuard');
    return inHand;
  }

  /**
   * A token whose claims are not acceptable is rejected although its key cannot be looked up: no key makes it better.
   * @throws InvalidTokenError, else `error`
   */
  private async rejectAnyway(payload: Claims, error: unknown): Promise<never> {
    await this.metadata.ready(payload['ver']);
    this.#userOf(payload, this.ruleContext());
    throw error;
  }

  private ruleContext(): RuleContext {
    const { tenantId: homeTenantId, v1IssuerTemplate } = this.metadata;
    return { options: this.options, homeTenantId, v1IssuerTemplate, now: nowSeconds() };
  }

  /** Entra writes the same into `x5t` as into `kid`: a token that names two keys has no key to look for. */
  private checkThumbprint(kid: string, x5t: unknown): void {
    if (typeof x5t !== 'string' || x5t === kid || !this.keys.isPublished(x5t) || this.keys.isPublished(kid))
      return;
    throw new InvalidTokenError(
      'token_key',
      `The token names two keys: kid is ${quoteForLog(kid)}, x5t another`,
    );
  }

  /**
   * A key that is bound to an issuer signs for that issuer alone (Microsoft identity platform, "Access
   * tokens: validate the signing key issuer"): keys of all tenants are published together.
   */
  private checkKeyIssuer(key: SigningKey, payload: Claims): void {
    if (key.issuer === undefined) return; // As all keys of Azure AD B2C.
    const tid = typeof payload['tid'] === 'string' ? payload['tid'] : '';
    // The key set names v2.0 issuers; the v1.0 tokens of a tenant are signed with the same keys.
    if (issuerOf(key.issuer, tid) === this.options.authority.v2Issuer(tid)) return;
    throw new InvalidTokenError(
      'token_issuer',
      `The token is signed with a key of issuer ${quoteForLog(key.issuer)}`,
    );
  }
}

function nowSeconds(): number {
  return Math.floor(wallClockMs() / 1000);
}

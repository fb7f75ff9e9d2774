import type { ClientPlatform } from '../tenants/redirect-uris.js';
import type { EmulatedUser } from '../tenants/user.js';
import { newAuthorizationCode } from './opaque-values.js';

/** What an authorization code stands for (RFC 6749 §4.1.2). */
export interface AuthorizationGrant {
  readonly clientId: string;
  readonly tenantId: string;
  readonly user: EmulatedUser;
  /** The address the code was sent to. */
  readonly redirectUri: string;
  readonly platform: ClientPlatform;
  /** PKCE challenge, method S256 (RFC 7636 §4.2). */
  readonly codeChallenge: string | undefined;
  /** The scope parameter of the authorization request. */
  readonly scope: string;
  readonly nonce: string | undefined;
  /** The browser's session with this account: `sid`. */
  readonly sessionId: string;
  /** Conditional access policies that the sign-in satisfied. */
  readonly satisfied: ReadonlySet<string>;
  /** Authentication contexts that the sign-in satisfied. */
  readonly authenticationContexts: readonly string[];
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

/** The authorization codes that were issued. */
export class AuthorizationCodes {
  readonly #grants = new Map<string, AuthorizationGrant>();
  readonly #redeemed = new Set<string>();

  /** A new code for the grant. */
  issue(grant: AuthorizationGrant): string {
    const code = newAuthorizationCode();
    this.#grants.set(code, grant);
    return code;
  }

  find(code: string): AuthorizationGrant | undefined {
    return this.#grants.get(code);
  }

  isRedeemed(code: string): boolean {
    return this.#redeemed.has(code);
  }

  /** Marks a code as used: it is good for once. */
  redeem(code: string): void {
    this.#redeemed.add(code);
  }
}

import type { ClientPlatform } from '../tenants/redirect-uris.js';
import type { EmulatedUser } from '../tenants/user.js';
import { newRefreshToken } from './opaque-values.js';

/** The interactive sign-in behind a grant. */
export interface InteractiveSignIn {
  /** The browser's session with the account: `sid`. */
  readonly sessionId: string;
  readonly platform: ClientPlatform;
  /** When the user signed in, in milliseconds since 1970: refresh tokens of a SPA end a day later. */
  readonly at: number;
  /** Authentication contexts that were satisfied: `acrs`. */
  readonly authenticationContexts: readonly string[];
}

/** What a refresh token stands for. */
export interface RefreshGrant {
  readonly clientId: string;
  readonly tenantId: string;
  readonly user: EmulatedUser;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Conditional access policies that the sign-in satisfied. */
  readonly satisfied: ReadonlySet<string>;
  /** Absent for a token of the on-behalf-of flow. */
  readonly signIn?: InteractiveSignIn;
}

/** The refresh tokens that were issued. They stay valid when used, as Entra's do. */
export class RefreshTokens {
  readonly #grants = new Map<string, RefreshGrant>();

  /** A new refresh token for the grant. */
  issue(grant: RefreshGrant): string {
    const token = newRefreshToken();
    this.#grants.set(token, grant);
    return token;
  }

  find(token: string): RefreshGrant | undefined {
    return this.#grants.get(token);
  }
}

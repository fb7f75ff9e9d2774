import { randomUUID } from 'node:crypto';
import type { EmulatedUser } from '../tenants/user.js';
import { newHandle } from '../tokens/opaque-values.js';

/** A user who is signed in to a browser. */
export interface SignedInAccount {
  readonly user: EmulatedUser;
  /** The `sid` of its tokens. */
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  signedInAt: number;
  /** Whether the user passed multi-factor authentication in this session. */
  hasMultiFactor: boolean;
  /** Conditional access policies that were satisfied. */
  readonly satisfied: Set<string>;
  /** Authentication contexts that were satisfied. */
  readonly authenticationContexts: Set<string>;
}

/** What the emulator knows of one browser, by its cookie. */
export interface BrowserSession {
  readonly id: string;
  readonly accounts: SignedInAccount[];
}

/** The browsers that signed users in. */
export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();

  /** The session of a cookie; undefined when there is none of that id. */
  find(id: string | undefined): BrowserSession | undefined {
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  /** The session of a cookie, or a new one: an id that was not given out here is never taken over. */
  findOrOpen(id: string | undefined): BrowserSession {
    const known = this.find(id);
    if (known !== undefined) {
      return known;
    }
    const session: BrowserSession = { id: newHandle(), accounts: [] };
    this.#sessions.set(session.id, session);
    return session;
  }
}

/** Signs a user in to the browser; `isFresh` forgets what an earlier sign-in had satisfied. */
export function signInTo(
  session: BrowserSession,
  user: EmulatedUser,
  now: number,
  isFresh: boolean,
): SignedInAccount {
  const known = session.accounts.find((account) => account.user === user);
  if (known !== undefined && !isFresh && isCurrent(known)) {
    known.signedInAt = now;
    return known;
  }
  const account: SignedInAccount = {
    user,
    sessionId: randomUUID(),
    signedInAt: now,
    hasMultiFactor: false,
    satisfied: new Set(),
    authenticationContexts: new Set(),
  };
  signOutOf(session, ({ user: other }) => other === user);
  session.accounts.push(account);
  return account;
}

/** Signs accounts out of the browser. */
export function signOutOf(session: BrowserSession, condition: (account: SignedInAccount) => boolean): void {
  const kept = session.accounts.filter((account) => !condition(account));
  session.accounts.splice(0, Infinity, ...kept);
}

/** Tells whether the sign-in still counts: it ends with a revocation, and with the account. */
export function isCurrent({ user, signedInAt }: SignedInAccount): boolean {
  return (
    !user.deleted && (user.tokensValidFrom === undefined || signedInAt >= user.tokensValidFrom.getTime())
  );
}

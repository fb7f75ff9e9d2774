import { randomInt } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';
import { newHandle } from '../tokens/opaque-values.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { BrowserSession, SignedInAccount } from './browser-sessions.js';

/** How long a user may take, in milliseconds. */
const LIFETIME_MS = 15 * 60_000;

/** A sign-in that is under way in a browser. */
export interface Transaction {
  /** What the forms of its pages carry; nobody else can guess it. */
  readonly id: string;
  readonly request: AuthorizationRequest;
  /** The browser that began it, and the only one that may go on with it. */
  readonly session: BrowserSession;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The code that multi-factor authentication asks for. */
  readonly oneTimeCode: string;
  /** The user, once chosen. */
  account: SignedInAccount | undefined;
  /** Whether the user consented in this transaction. */
  hasConsented: boolean;
}

/** The sign-ins that are under way. */
export class Transactions {
  readonly #now: () => number;
  readonly #transactions = new Map<string, Transaction>();

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(request: AuthorizationRequest, session: BrowserSession): Transaction {
    const transaction: Transaction = {
      id: newHandle(),
      request,
      session,
      startedAt: this.#now(),
      oneTimeCode: String(randomInt(100_000, 1_000_000)),
      account: undefined,
      hasConsented: false,
    };
    this.#transactions.set(transaction.id, transaction);
    return transaction;
  }

  /** The transaction a form belongs to. AADSTS165000: not of this browser. AADSTS50089: too old. */
  find(id: string | undefined, session: BrowserSession | undefined): Transaction {
    const transaction = this.#transactions.get(id ?? '');
    if (transaction === undefined || transaction.session !== session) {
      throw new AadstsError(165000);
    }
    if (this.#now() - transaction.startedAt >= LIFETIME_MS) {
      this.end(transaction);
      throw new AadstsError(50089);
    }
    return transaction;
  }

  /** Forgets a transaction that was answered. */
  end({ id }: Transaction): void {
    this.#transactions.delete(id);
  }
}

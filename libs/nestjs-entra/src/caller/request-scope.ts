import type { Assertion } from './assertion.js';
import type { EntraUser } from './entra-user.js';
import { requestEnd, type RequestEnd } from './request-end.js';

// Classes, not object literals: V8 notes where literals were written whose objects lived long, as they do in requests
// that wait for an exchange, and puts all later ones of that place into old space. There each would hold its request
// until the next full collection, and a request would cost twice as much.

/** Who calls, and the token that proves it. */
export class Caller {
  constructor(
    readonly user: EntraUser,
    readonly assertion: Assertion,
  ) {}
}

/** Tells which request the running code belongs to. */
interface CurrentScope {
  readonly scope: RequestScope | undefined;
}

/** What one request carries along. It is filled in as the request passes the stations. */
export class RequestScope {
  /** What `JwtStrategy.validate()` returned for the caller: what `@CurrentUser()` gives. */
  validated: unknown = undefined;
  /** The decision that is being made about the request; whoever asks meanwhile waits for it. */
  admission: { readonly assertion: Assertion; readonly decided: Promise<true> } | undefined = undefined;
  /** The execution context that `JwtAuthGuard` decided about last. */
  decidedFor: object | undefined = undefined;
  private accepted: Caller | undefined = undefined;
  // Private to the language: a log of the request shows the scope, and needs nothing of this.
  readonly #current: CurrentScope | undefined;

  /**
   * @param request the framework's request object this scope belongs to
   * @param response the framework's response object, where the transport has one
   * @param current tells whether code runs in this scope
   */
  constructor(
    readonly request: object,
    readonly response?: object,
    current?: CurrentScope,
  ) {
    this.#current = current;
  }

  /**
   * The caller, set once `JwtStrategy.validate()` has accepted it. The context ends with the request: once the
   * response has been sent, or its connection is gone, there is none.
   */
  get caller(): Caller | undefined {
    return this.accepted === undefined || this.end !== undefined ? undefined : this.accepted;
  }

  set caller(caller: Caller | undefined) {
    this.accepted = caller;
  }

  /** How the request ended; `undefined` while it is running. */
  get end(): RequestEnd | undefined {
    return requestEnd(this.request, this.response);
  }

  /** Whether the running code belongs to this request. */
  get isCurrent(): boolean {
    return this.#current?.scope === this;
  }

  /**
   * Whether the request was upgraded to a socket (RFC 9110 section 7.8): then it carries any number of operations, and
   * a decision about one of them says nothing about the next.
   */
  get isUpgraded(): boolean {
    const { raw = this.request as UpgradableRequest }: UpgradableRequest = this.request;
    return raw.upgrade === true;
  }
}

interface UpgradableRequest {
  /** Node's own request, in Fastify's. */
  readonly raw?: UpgradableRequest;
  readonly upgrade?: unknown;
}

/**
 * A request whose caller is not let in yet. Only `JwtStrategy.validate()` and what it starts runs in it: resolvers
 * that GraphQL runs beside it, on the same request, must not act for a caller who may be refused.
 */
export class Candidacy {
  private candidate: Caller | undefined;

  /**
   * @param scope the scope that the caller belongs to once it is let in
   * @param caller who asks to be let in; nobody once that was refused
   */
  constructor(
    readonly scope: RequestScope,
    caller: Caller | undefined,
  ) {
    this.candidate = caller;
  }

  /** Who asks to be let in; nobody once that was refused, or the request has ended. */
  get caller(): Caller | undefined {
    return this.candidate === undefined || this.scope.end !== undefined ? undefined : this.candidate;
  }

  set caller(caller: Caller | undefined) {
    this.candidate = caller;
  }

  /** Nobody calls: neither in what is left of `validate()`, nor in the scope, which may know the caller from before. */
  reject(): void {
    this.candidate = this.scope.caller = undefined;
  }

  get request(): object {
    return this.scope.request;
  }

  get response(): object | undefined {
    return this.scope.response;
  }
}

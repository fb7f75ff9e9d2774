import type { Assertion } from './assertion.js';
import type { EntraUser } from './entra-user.js';

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

/** What one request carries along. It is filled in as the request passes the stations. */
export class RequestScope {
  /** The caller, set once `JwtStrategy.validate()` has let it in, and never changed after that. */
  caller: Caller | undefined = undefined;
  /** The decision that is being made about the request; whoever asks meanwhile waits for it. */
  admission: { readonly assertion: Assertion; readonly decided: Promise<true> } | undefined = undefined;

  /**
   * @param request the framework's request object this scope belongs to
   * @param response the framework's response object, where the transport has one
   */
  constructor(
    readonly request: object,
    readonly response?: object,
  ) {}
}

/**
 * A request whose caller is not let in yet. Only `JwtStrategy.validate()` and what it starts runs in it: resolvers
 * that GraphQL runs beside it, on the same request, must not act for a caller who may be refused.
 */
export class Candidacy {
  /**
   * @param scope the scope that the caller belongs to once it is let in
   * @param caller who asks to be let in; nobody once that was refused
   */
  constructor(
    readonly scope: RequestScope,
    public caller: Caller | undefined,
  ) {}

  get request(): object {
    return this.scope.request;
  }

  get response(): object | undefined {
    return this.scope.response;
  }
}

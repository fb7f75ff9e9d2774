import type { ExecutionContext } from '@nestjs/common';
import { Assertion } from '../caller/assertion.js';
import type { CallerContext } from '../caller/caller-context.js';
import type { EntraUser } from '../caller/entra-user.js';
import { Caller, Candidacy, type RequestScope } from '../caller/request-scope.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';

/**
 * Makes the user that the guard of a test has set the caller of its request: `@CurrentUser()` gives the user as it is,
 * requirements are checked against its `scopes`, `roles`, `isAppOnly` and `claims`.
 */
export function acceptForeignUser(
  context: CallerContext,
  scope: RequestScope,
  user: unknown,
  execution: ExecutionContext,
): void {
  const given = (typeof user === 'object' ? user : {}) as Partial<EntraUser>;
  const caller = new Caller(
    { ...NOBODY, ...given, claims: { ...NOBODY.claims, ...given.claims } },
    new AbsentAssertion(),
  );
  context.accept(new Candidacy(scope, caller), caller, user, execution);
}

/** Without an end of its own: the year 2100. */
const NO_END_SECONDS = 4_102_444_800;

const NOBODY: EntraUser = {
  oid: '',
  tid: '',
  sub: '',
  scopes: [],
  scope: '',
  roles: [],
  clientApplicationId: undefined,
  isAppOnly: false,
  isGuest: false,
  claims: { aud: '', iss: '', exp: NO_END_SECONDS, ver: '2.0', tid: '', sub: '' },
};

/** In place of an access token, where none was validated. */
class AbsentAssertion extends Assertion {
  constructor() {
    super('');
  }

  /** @throws NoUserAssertionError always: there is nothing to exchange */
  override reveal(): never {
    throw new NoUserAssertionError(
      'JwtAuthGuard is replaced in this application, so there is no access token to exchange; replace TokenAcquisitionService as well.',
    );
  }
}

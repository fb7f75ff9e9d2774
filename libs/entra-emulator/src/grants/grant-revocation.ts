import { AadstsError } from '../errors/aadsts-error.js';
import { preciseTime } from '../errors/error-time.js';
import type { EmulatedUser } from '../tenants/user.js';

/** AADSTS50173: the password was changed, or the sessions were revoked, after the grant was issued. */
export function checkNotRevoked({
  issuedAt,
  user: { tokensValidFrom },
}: {
  readonly issuedAt: number;
  readonly user: EmulatedUser;
}): void {
  if (tokensValidFrom !== undefined && issuedAt < tokensValidFrom.getTime()) {
    throw new AadstsError(50173, [preciseTime(issuedAt), preciseTime(tokensValidFrom.getTime())]);
  }
}

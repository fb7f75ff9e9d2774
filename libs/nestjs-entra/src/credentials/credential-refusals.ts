/**
 * AADSTS numbers that say of a credential: not this one, or not any more. Another one, or the same read anew, may
 * serve; Microsoft.Identity.Web reloads certificates after the same numbers ("Microsoft Entra authentication and
 * authorization error codes").
 */
const REFUSALS: ReadonlySet<number> = new Set([
  700027, // signature of the assertion, or key not registered
  700024, // assertion not valid now
  7000214, // certificate revoked
  7000222, // secret expired
  7000215, // secret wrong
  1000502, // certificate not valid now
  7000274, // signature not valid
  7000277, // certificate revoked
]);

/** Whether an answer of the identity platform refuses the credential, rather than the application or the request. */
export function isCredentialRefusal(aadsts: number | undefined): aadsts is number {
  return aadsts !== undefined && REFUSALS.has(aadsts);
}

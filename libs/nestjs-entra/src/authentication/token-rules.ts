import { toEntraUser, type EntraUser } from '../caller/entra-user.js';
import type { Authority } from '../options/authority.js';
import { checkClaims, type Claims, type RuleContext } from './access-token-rules.js';
import { b2cUser } from './b2c-rules.js';

/**
 * The rules of the tokens of one kind of authority. Gives the user that an acceptable token speaks of.
 * @throws InvalidTokenError
 */
export type TokenRules = (claims: Claims, context: RuleContext) => EntraUser;

/** The rules that tokens of an authority are held to: those of Azure AD B2C where there is a policy. */
export function tokenRulesOf({ policy }: Authority): TokenRules {
  return policy === undefined ? directoryUser : b2cUser;
}

/** Entra ID and External ID. */
function directoryUser(claims: Claims, context: RuleContext): EntraUser {
  checkClaims(claims, context);
  return toEntraUser(claims);
}

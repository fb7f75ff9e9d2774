import { AUTH_CONTEXTS_METADATA } from '../auth.constants.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { AUTH_CONTEXT_ID } from './auth-context.js';
import { addToRoute, type RouteDecorator } from './requirement.decorator.js';

/**
 * The user must have signed in as an authentication context of conditional access demands: step-up, for a route
 * that needs more than the rest. The caller whose token lacks it is asked for more (401 `insufficient_claims`), on
 * the class and on the handler, all of it, and after scopes and roles.
 *
 * The registration of the API has to request the optional claims `acrs` and `xms_cc` for access tokens. Source:
 * "Developer guide to Conditional Access authentication context"; in spirit RFC 9470.
 *
 * @param id the id of the context: `c1` to `c99`
 * @throws ConfigurationError at once for another value: no token would ever have it
 * @example
 * \@Delete() \@RequiredAuthContext('c1') deleteEverything() {}
 */
export function RequiredAuthContext(id: string): RouteDecorator {
  if (typeof id !== 'string' || !AUTH_CONTEXT_ID.test(id)) {
    throw new ConfigurationError(
      `@RequiredAuthContext was given ${JSON.stringify(id) ?? 'nothing'}; give the id of an authentication context, c1 to c99.`,
    );
  }
  return addToRoute(`@RequiredAuthContext(${id})`, AUTH_CONTEXTS_METADATA, id);
}

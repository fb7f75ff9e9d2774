import { InvalidTokenError } from '../errors/token.errors.js';
import type { PassportStrategyInstance } from './entra-jwt.strategy.js';

/** The four ends of a run, as passport puts them on a strategy. */
interface Attempt extends PassportStrategyInstance {
  success(user: unknown): void;
  fail(reason: unknown): void;
  error(error: unknown): void;
  pass(): void;
}

/**
 * Runs a strategy on one request, as `passport.authenticate()` does: on a copy of its own, so that two
 * overlapping requests never share their ends. It needs no registry, so strategies of two applications in
 * one process cannot be taken for each other.
 *
 * Gives the user, whatever `validate()` made of it.
 * @throws InvalidTokenError when the strategy refuses; else what the strategy met
 */
export function runStrategy(strategy: PassportStrategyInstance, request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy) as Attempt;
    attempt.success = resolve;
    attempt.fail = (reason) => reject(refusal(reason));
    attempt.error = (error) => reject(error as Error);
    attempt.pass = () => reject(refusal(undefined));
    // Synchronous up to the first await of validate(): whatever throws on the way ends here, not the process.
    try {
      attempt.authenticate(request);
    } catch (error) {
      reject(error as Error);
    }
  });
}

/** passport-jwt fails with the errors of jsonwebtoken, and without one when `validate()` gave no user. */
function refusal(reason: unknown): InvalidTokenError {
  if (reason instanceof InvalidTokenError) return reason;
  if (!(reason instanceof Error))
    return new InvalidTokenError('token_rejected', 'validate() returned no user');
  const code = reason.message === 'invalid signature' ? 'token_signature' : 'token_malformed';
  return new InvalidTokenError(code, undefined, { cause: reason });
}

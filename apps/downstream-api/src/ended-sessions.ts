import { Injectable } from '@nestjs/common';
import { ClaimsChallengeError, type EntraUser } from 'nestjs-entra';

/**
 * Tokens that this API does not accept any more, though they have not expired: continuous access evaluation. A real
 * API hears of it by events; here the user ends the session.
 */
@Injectable()
export class EndedSessions {
  readonly #tokens = new Map<unknown, number>();

  end({ claims }: EntraUser): void {
    this.#tokens.set(claims['uti'], Math.floor(Date.now() / 1000));
  }

  /** @throws ClaimsChallengeError which asks for a token from after the session ended */
  check({ claims }: EntraUser): void {
    const endedAt = this.#tokens.get(claims['uti']);
    if (endedAt === undefined) return;
    const nbf = { essential: true, value: String(endedAt) };
    throw new ClaimsChallengeError(JSON.stringify({ access_token: { nbf } }), 'The user ended the session.');
  }
}

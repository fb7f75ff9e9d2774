import { BadRequestException, Injectable } from '@nestjs/common';
import { ClaimsChallengeError, type EntraUser } from 'nestjs-entra';

/**
 * Tokens that this API does not accept any more, though they have not expired: continuous access evaluation. A real
 * API hears of it by events; here the user ends the session.
 */
@Injectable()
export class EndedSessions {
  readonly #tokens = new Map<unknown, { readonly endedAt: number; readonly notAfter: number }>();

  end({ claims }: EntraUser): void {
    const now = Math.floor(Date.now() / 1000);
    for (const [uti, { notAfter }] of this.#tokens) if (notAfter < now) this.#tokens.delete(uti);
    if (typeof claims['uti'] !== 'string') throw new BadRequestException('The token has no id (uti)');
    this.#tokens.set(claims['uti'], { endedAt: now, notAfter: claims.exp });
  }

  /** @throws ClaimsChallengeError which asks for a token from after the session ended */
  check({ claims }: EntraUser): void {
    const ended = this.#tokens.get(claims['uti']);
    if (ended === undefined) return;
    const nbf = { essential: true, value: String(ended.endedAt) };
    throw new ClaimsChallengeError(JSON.stringify({ access_token: { nbf } }), 'The user ended the session.');
  }
}

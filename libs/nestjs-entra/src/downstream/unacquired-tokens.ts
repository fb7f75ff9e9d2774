import type { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import type { TokensOfHandler } from './request-tokens.js';

/** The tokens of a handler where nothing is acquired ahead: each is asked for when `@DownstreamToken()` needs it. */
export class UnacquiredTokens implements TokensOfHandler {
  constructor(
    private readonly service: Pick<TokenAcquisitionService, 'getAccessTokenForUser'>,
    private readonly scopes: readonly string[],
  ) {}

  for(scope: string | undefined): Promise<string> {
    return this.service.getAccessTokenForUser(scope ?? this.scopes);
  }
}

import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, TokenAcquisitionService } from 'nestjs-entra';

export const DOWNSTREAM_SCOPE = 'api://downstream-api/User.Read';

/** What the downstream API would read from the token that it is called with. */
export interface DownstreamClaims {
  oid: string;
  aud: string;
  azp: string;
}

@Controller('me')
export class MeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @DownstreamScopes(DOWNSTREAM_SCOPE)
  async me(): Promise<DownstreamClaims> {
    const token = await this.tokens.getAccessTokenForUser(DOWNSTREAM_SCOPE);
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    const { oid, aud, azp } = JSON.parse(payload) as DownstreamClaims;
    return { oid, aud, azp };
  }
}

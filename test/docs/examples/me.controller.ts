import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, TokenAcquisitionService } from 'nestjs-entra';

@Controller('me')
export class MeController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  @DownstreamScopes('user.read')
  async me(): Promise<unknown> {
    const token = await this.tokens.getAccessTokenForUser('user.read');
    const response = await fetch('https://graph.microsoft.com/v1.0/me', {
      headers: { authorization: `Bearer ${token}` },
    });
    return response.json();
  }
}

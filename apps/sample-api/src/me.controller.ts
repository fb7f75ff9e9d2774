import { Controller, Get } from '@nestjs/common';
import { CurrentUser, DownstreamScopes, type EntraUser } from 'nestjs-entra';
import { DOWNSTREAM_SCOPE, DownstreamClient, type WhoAmI } from './downstream.client.js';

@Controller('me')
export class MeController {
  constructor(private readonly downstream: DownstreamClient) {}

  /** Who calls, and what the downstream API says of it when it is asked on the user's behalf. */
  @Get()
  @DownstreamScopes(DOWNSTREAM_SCOPE)
  async me(@CurrentUser() user: EntraUser): Promise<{ name: string | undefined; downstream: WhoAmI }> {
    return { name: user.name, downstream: await this.downstream.whoAmI() };
  }
}

import { Controller, Get } from '@nestjs/common';
import { CurrentUser, RequiredScopes, type EntraUser } from 'nestjs-entra';

@Controller('whoami')
export class WhoAmIController {
  /** Who the user is, and which application calls for it. */
  @Get()
  @RequiredScopes('User.Read')
  whoAmI(@CurrentUser() user: EntraUser): object {
    return {
      user: { oid: user.oid, name: user.name, preferredUsername: user.preferredUsername },
      callingApplication: user.clientApplicationId,
      scopes: user.scopes,
    };
  }
}

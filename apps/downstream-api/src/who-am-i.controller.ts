import { Controller, Get } from '@nestjs/common';
import { CurrentUser, RequiredScopes, type EntraUser } from 'nestjs-entra';
import { EndedSessions } from './ended-sessions.js';

@Controller('whoami')
export class WhoAmIController {
  constructor(private readonly sessions: EndedSessions) {}

  /** Who the user is, and which application calls for it. */
  @Get()
  @RequiredScopes('User.Read')
  whoAmI(@CurrentUser() user: EntraUser): object {
    this.sessions.check(user);
    return {
      user: { oid: user.oid, name: user.name, preferredUsername: user.preferredUsername },
      callingApplication: user.clientApplicationId,
      scopes: user.scopes,
    };
  }
}

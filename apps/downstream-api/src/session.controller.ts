import { Controller, Delete, HttpCode } from '@nestjs/common';
import { CurrentUser, RequiredScopes, type EntraUser } from 'nestjs-entra';
import { EndedSessions } from './ended-sessions.js';

@Controller('session')
export class SessionController {
  constructor(private readonly sessions: EndedSessions) {}

  /** From now on `GET /whoami` refuses this token, and asks for a newer one. */
  @Delete()
  @HttpCode(204)
  @RequiredScopes('User.Read')
  end(@CurrentUser() user: EntraUser): void {
    this.sessions.end(user);
  }
}

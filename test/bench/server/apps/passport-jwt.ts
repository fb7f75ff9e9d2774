import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportModule } from '@nestjs/passport';
import type { BenchApp } from '../bench-app.js';
import type { ServerSettings } from '../settings.js';
import { passportStrategy } from './passport-strategy.js';

/** Validation alone, with passport-jwt and jwks-rsa. */
export function passportJwt(settings: ServerSettings): BenchApp {
  @Controller()
  class PassportController {
    @Get('plain')
    @UseGuards(AuthGuard('jwt'))
    plain() {
      return { ok: true };
    }
  }

  @Module({
    imports: [PassportModule],
    controllers: [PassportController],
    providers: [passportStrategy(settings, async (_request, claims) => claims)],
  })
  class PassportJwtModule {}

  return { root: PassportJwtModule };
}

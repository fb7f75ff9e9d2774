import { Controller, Get, Module } from '@nestjs/common';
import type { BenchApp } from '../bench-app.js';

/** Nest with nothing around the route: what all others are compared with. */
export function bare(): BenchApp {
  @Controller()
  class BareController {
    @Get('plain')
    plain() {
      return { ok: true };
    }

    @Get('tokens')
    async tokens() {
      return { ok: true };
    }
  }

  @Module({ controllers: [BareController] })
  class BareModule {}

  return { root: BareModule };
}

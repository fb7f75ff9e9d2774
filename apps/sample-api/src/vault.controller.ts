import { Controller, Get } from '@nestjs/common';
import { RequiredAuthContext } from 'nestjs-entra';

@Controller('vault')
export class VaultController {
  /** Needs a stronger sign-in than the rest: 401 with what to ask the user for. */
  @Get()
  @RequiredAuthContext('c1')
  vault(): { gold: string } {
    return { gold: 'all of it' };
  }
}

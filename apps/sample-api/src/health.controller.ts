import { Controller, Get } from '@nestjs/common';
import { Public } from 'nestjs-entra';

@Controller('health')
export class HealthController {
  /** Open to everybody: `@Public()`. */
  @Public()
  @Get()
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }
}

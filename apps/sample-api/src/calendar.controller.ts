import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes } from 'nestjs-entra';

@Controller('calendar')
export class CalendarController {
  /** Needs a downstream scope that nobody has consented to: 403 with the address to consent at, until somebody does. */
  @Get()
  @DownstreamScopes('api://downstream-api/Calendar.Read')
  calendar(): { events: readonly string[] } {
    return { events: [] };
  }
}

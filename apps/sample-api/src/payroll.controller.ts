import { Controller, Get } from '@nestjs/common';
import { RequiredScopes } from 'nestjs-entra';

@Controller('payroll')
export class PayrollController {
  /** Needs a scope that the walk's user does not have. */
  @Get()
  @RequiredScopes('payroll.read')
  payroll(): { salary: number } {
    return { salary: 0 };
  }
}

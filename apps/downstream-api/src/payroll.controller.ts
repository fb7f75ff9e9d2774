import { Controller, Get } from '@nestjs/common';
import { CurrentUser, RequiredScopes, type EntraUser } from 'nestjs-entra';

@Controller('payroll')
export class PayrollController {
  /** What a policy of conditional access guards: nobody gets a token with this scope without a second factor. */
  @Get()
  @RequiredScopes('Payroll.Read')
  payroll(@CurrentUser() user: EntraUser): object {
    return { employee: user.name, salary: 4200 };
  }
}

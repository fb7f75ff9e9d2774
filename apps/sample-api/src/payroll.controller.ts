import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes, RequiredScopes } from 'nestjs-entra';
import { DownstreamClient, PAYROLL_SCOPE, type Payroll } from './downstream.client.js';

@Controller('payroll')
export class PayrollController {
  constructor(private readonly downstream: DownstreamClient) {}

  /** Needs a scope of its own, and the downstream API demands a stronger sign-in: 401 with what to ask the user for. */
  @Get()
  @RequiredScopes('payroll.read')
  @DownstreamScopes(PAYROLL_SCOPE)
  payroll(): Promise<Payroll> {
    return this.downstream.payroll();
  }
}

import { Controller, Get } from '@nestjs/common';
import { DownstreamApi, DownstreamApis, InjectDownstreamApi, RequiredScopes } from 'nestjs-entra';

/** What the downstream API answers. */
interface Payroll {
  employee?: string;
  salary: number;
}

@Controller('payroll')
export class PayrollController {
  constructor(@InjectDownstreamApi('payroll') private readonly downstream: DownstreamApi) {}

  /** Needs a scope of its own, and the downstream API demands a stronger sign-in: 401 with what to ask the user for. */
  @Get()
  @RequiredScopes('payroll.read')
  @DownstreamApis('payroll')
  payroll(): Promise<Payroll> {
    return this.downstream.get<Payroll>('/payroll');
  }
}

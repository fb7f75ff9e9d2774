import { Controller, Get } from '@nestjs/common';
import { TokenAcquisitionService } from 'nestjs-entra';

@Controller('orders')
export class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get()
  async orders(): Promise<object> {
    const { scopes, source } = await this.tokens.getTokenForUser('api://orders/Read');
    return { scopes, source };
  }
}

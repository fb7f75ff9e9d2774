import { Controller, Get } from '@nestjs/common';
import { DownstreamScopes } from 'nestjs-entra';
import { DownstreamClient, MAIL_SCOPE, type Message } from './downstream.client.js';

@Controller('mail')
export class MailController {
  constructor(private readonly downstream: DownstreamClient) {}

  /** Needs the user's consent to a scope of Microsoft Graph: 403 with the address to consent at, until it is given. */
  @Get()
  @DownstreamScopes(MAIL_SCOPE)
  async mail(): Promise<{ messages: readonly Message[] }> {
    return { messages: await this.downstream.messages() };
  }
}

import { Controller, Get } from '@nestjs/common';
import { DownstreamApi, DownstreamApis, InjectDownstreamApi } from 'nestjs-entra';

/** A message of Microsoft Graph, as much as is shown. */
interface Message {
  subject: string;
  bodyPreview: string;
}

@Controller('mail')
export class MailController {
  constructor(@InjectDownstreamApi('graph') private readonly graph: DownstreamApi) {}

  /** Needs the user's consent to a scope of Microsoft Graph: 403 with the address to consent at, until it is given. */
  @Get()
  @DownstreamApis('graph')
  async mail(): Promise<{ messages: Message[] }> {
    const { value } = await this.graph.get<{ value: Message[] }>('/me/messages');
    return { messages: value.map(({ subject, bodyPreview }) => ({ subject, bodyPreview })) };
  }
}

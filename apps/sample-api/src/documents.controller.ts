import { BadGatewayException, BadRequestException, Controller, Get, Param } from '@nestjs/common';
import { DownstreamApi, InjectDownstreamApi } from 'nestjs-entra';

@Controller('documents')
export class DocumentsController {
  constructor(@InjectDownstreamApi('downstream') private readonly downstream: DownstreamApi) {}

  /** Where a document can be fetched. The downstream API redirects to a storage, which must not see the token. */
  @Get(':name')
  async document(@Param('name') name: string): Promise<{ downloadUrl: string }> {
    if (!/^\w[\w .-]*$/.test(name)) throw new BadRequestException('This is no name of a document');
    // A redirect is not followed: the token goes to the API alone.
    const answer = await this.downstream.call(`/documents/${encodeURIComponent(name)}`);
    await answer.body?.cancel();
    const downloadUrl = answer.headers.get('location');
    if (answer.status !== 302 || downloadUrl === null) throw new BadGatewayException();
    return { downloadUrl };
  }
}

import { Controller, Get, Headers, Param, Redirect } from '@nestjs/common';
import { Public, RequiredScopes } from 'nestjs-entra';
import { setting } from './settings.js';

@Controller()
export class DocumentsController {
  /** Sends the caller to a storage of another origin, as Microsoft Graph does with the content of files. */
  @Get('documents/:name')
  @RequiredScopes('User.Read')
  @Redirect()
  document(@Param('name') name: string): { url: string } {
    return { url: `http://localhost:${setting('PORT')}/storage/${encodeURIComponent(name)}` };
  }

  /** The storage: whoever knows the address may read. It says whether it was sent a token, which is none of its business. */
  @Public()
  @Get('storage/:name')
  stored(@Param('name') name: string, @Headers('authorization') authorization?: string): object {
    return { name, text: 'Nothing but the truth.', sawToken: authorization !== undefined };
  }
}

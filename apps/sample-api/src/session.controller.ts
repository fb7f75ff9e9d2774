import { Controller, Delete, HttpCode } from '@nestjs/common';
import { DownstreamApi, InjectDownstreamApi } from 'nestjs-entra';

@Controller('session')
export class SessionController {
  constructor(@InjectDownstreamApi('downstream') private readonly downstream: DownstreamApi) {}

  /**
   * Ends the user's session at the downstream API, which refuses the token in memory from then on. Nobody notices: the
   * next call is answered 401 with what the API asks for, and is repeated once with a better token.
   */
  @Delete()
  @HttpCode(204)
  async end(): Promise<void> {
    await this.downstream.delete('/session');
  }
}

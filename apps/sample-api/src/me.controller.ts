import { Controller, Get } from '@nestjs/common';
import {
  CurrentUser,
  DownstreamApi,
  DownstreamApis,
  InjectDownstreamApi,
  type EntraUser,
} from 'nestjs-entra';

/** What the downstream API answers. */
interface WhoAmI {
  user: { oid: string; name?: string; preferredUsername?: string };
  callingApplication: string;
  scopes: string[];
}

@Controller('me')
export class MeController {
  constructor(@InjectDownstreamApi('downstream') private readonly downstream: DownstreamApi) {}

  /** Who calls, and what the downstream API says of it when it is asked on the user's behalf. */
  @Get()
  @DownstreamApis('downstream')
  async me(@CurrentUser() user: EntraUser): Promise<{ name: string | undefined; downstream: WhoAmI }> {
    return { name: user.name, downstream: await this.downstream.get<WhoAmI>('/whoami') };
  }
}

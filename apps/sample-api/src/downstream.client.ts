import { BadGatewayException, Injectable } from '@nestjs/common';
import { TokenAcquisitionService } from 'nestjs-entra';
import { setting } from './settings.js';

/** The scope of the downstream API that this API asks for. */
export const DOWNSTREAM_SCOPE = 'api://downstream-api/User.Read';

/** What the downstream API answers. */
export interface WhoAmI {
  user: { oid: string; name?: string; preferredUsername?: string };
  callingApplication: string;
  scopes: string[];
}

/** Calls the downstream API. No request is handed down to it: the token service knows the current one. */
@Injectable()
export class DownstreamClient {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  async whoAmI(): Promise<WhoAmI> {
    const token = await this.tokens.getAccessTokenForUser(DOWNSTREAM_SCOPE);
    const response = await fetch(new URL('/whoami', setting('DOWNSTREAM_API_URL')), {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new BadGatewayException(`The downstream API answered ${response.status}`);
    return (await response.json()) as WhoAmI;
  }
}

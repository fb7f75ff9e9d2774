import { BadGatewayException, Injectable } from '@nestjs/common';
import { TokenAcquisitionService } from 'nestjs-entra';
import { setting } from './settings.js';

/** The scopes that this API asks for on behalf of its users. */
export const DOWNSTREAM_SCOPE = 'api://downstream-api/User.Read';
export const PAYROLL_SCOPE = 'api://downstream-api/Payroll.Read';
export const MAIL_SCOPE = 'https://graph.microsoft.com/Mail.Read';

/** What the downstream API answers. */
export interface WhoAmI {
  user: { oid: string; name?: string; preferredUsername?: string };
  callingApplication: string;
  scopes: string[];
}

export interface Payroll {
  employee: string | undefined;
  salary: number;
}

/** A message of Microsoft Graph, as much as is shown. */
export interface Message {
  subject: string;
  bodyPreview: string;
}

/** Calls other APIs. No request is handed down to it: the token service knows the current one. */
@Injectable()
export class DownstreamClient {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  whoAmI(): Promise<WhoAmI> {
    return this.get(DOWNSTREAM_SCOPE, new URL('/whoami', setting('DOWNSTREAM_API_URL')));
  }

  payroll(): Promise<Payroll> {
    return this.get(PAYROLL_SCOPE, new URL('/payroll', setting('DOWNSTREAM_API_URL')));
  }

  async messages(): Promise<Message[]> {
    const address = new URL('/v1.0/me/messages', process.env['GRAPH_URL'] ?? 'https://graph.microsoft.com');
    const { value } = await this.get<{ value: Message[] }>(MAIL_SCOPE, address);
    return value.map(({ subject, bodyPreview }) => ({ subject, bodyPreview }));
  }

  private async get<T>(scope: string, address: URL): Promise<T> {
    const token = await this.tokens.getAccessTokenForUser(scope);
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new BadGatewayException(`The downstream API answered ${response.status}`);
    return (await response.json()) as T;
  }
}

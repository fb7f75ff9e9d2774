import {
  Catch,
  HttpStatus,
  Inject,
  Injectable,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError } from 'rxjs';
import { TokenAcquisitionError } from './acquisition.errors.js';
import { challengeHeader } from './challenge.js';
import { EntraAuthError } from './entra-auth.error.js';
import { publicBody, publicError, type ResponseParameters } from './public-error.js';

/** Injection token of {@link ResponseParameters}. */
export const RESPONSE_PARAMETERS = Symbol('nestjs-entra:response-parameters');

/** What a socket of every platform has. */
interface Socket {
  emit?(event: string, ...data: unknown[]): unknown;
}

const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';

/**
 * Answers a request that ended in an {@link EntraAuthError}: status, `WWW-Authenticate`, `Retry-After`
 * and Nest's own body. Works on Express and Fastify, since it goes through the HTTP adapter. Where there is no
 * response to write to, in GraphQL and in messages, the error goes on with the text that callers may read.
 */
@Injectable()
@Catch(EntraAuthError)
export class EntraExceptionFilter implements ExceptionFilter<EntraAuthError> {
  readonly #logger = new Logger('EntraAuth');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(RESPONSE_PARAMETERS) private readonly parameters: ResponseParameters,
  ) {}

  /** @throws HttpException in GraphQL, whose driver makes an answer of it */
  catch(error: EntraAuthError, host: ArgumentsHost): unknown {
    const status = error.getStatus();
    if (status >= HttpStatus.INTERNAL_SERVER_ERROR && !(error instanceof TokenAcquisitionError)) {
      // A fault of the API's own; what the identity platform answered was logged where it was asked.
      this.#logger.error(`${error.code}: ${error.message}`, error.stack);
    }
    const type: string = host.getType();
    if (type === 'http') return this.reply(error, status, host);
    const told = publicError(error, this.parameters);
    // A filter that throws there ends the process: Nest catches nothing behind it.
    if (type === 'rpc') return throwError(() => told.getResponse());
    if (type === 'ws') return host.switchToWs().getClient<Socket>().emit?.('exception', told.getResponse());
    throw told;
  }

  private reply(error: EntraAuthError, status: number, host: ArgumentsHost): void {
    const adapter = this.adapterHost.httpAdapter;
    const response: unknown = host.switchToHttp().getResponse();
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    for (const [name, value] of this.headers(error, status)) adapter.setHeader(response, name, value);
    if (error.challenge) adapter.setHeader(response, EXPOSE_HEADERS, exposed(response));
    adapter.reply(response, publicBody(error, this.parameters), status);
  }

  private headers(error: EntraAuthError, status: number): [name: string, value: string][] {
    const headers: [string, string][] = [];
    if (error.challenge) {
      headers.push(['WWW-Authenticate', challengeHeader(error.challenge, this.parameters, status)]);
    }
    if (error.retryAfterSeconds !== undefined) headers.push(['Retry-After', String(error.retryAfterSeconds)]);
    return headers;
  }
}

/**
 * A page of another origin reads the challenge only when it is exposed (Fetch standard, CORS). What the
 * application's own CORS settings expose stays exposed.
 */
function exposed(response: unknown): string {
  const before = (response as { getHeader(name: string): unknown }).getHeader(EXPOSE_HEADERS);
  if (typeof before !== 'string' || before === '') return 'WWW-Authenticate';
  return /(^|,)\s*(www-authenticate|\*)\s*(,|$)/i.test(before) ? before : `${before}, WWW-Authenticate`;
}

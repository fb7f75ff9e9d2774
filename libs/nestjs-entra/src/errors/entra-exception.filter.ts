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
import { TokenAcquisitionError } from './acquisition.errors.js';
import { challengeHeader, type ChallengeParameters } from './challenge.js';
import { EntraAuthError } from './entra-auth.error.js';

/** Injection token of {@link ResponseParameters}. */
export const RESPONSE_PARAMETERS = Symbol('nestjs-entra:response-parameters');

/** What the filter has to know of the configuration. */
export interface ResponseParameters extends ChallengeParameters {
  /** Put the precise reason into the body; for development. */
  showErrorDetails: boolean;
}

const EXPOSE_HEADERS = 'Access-Control-Expose-Headers';

/**
 * Answers a request that ended in an {@link EntraAuthError}: status, `WWW-Authenticate`, `Retry-After`
 * and Nest's own body. Works on Express and Fastify, since it goes through the HTTP adapter.
 */
@Injectable()
@Catch(EntraAuthError)
export class EntraExceptionFilter implements ExceptionFilter<EntraAuthError> {
  readonly #logger = new Logger('EntraAuth');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(RESPONSE_PARAMETERS) private readonly parameters: ResponseParameters,
  ) {}

  catch(error: EntraAuthError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const adapter = this.adapterHost.httpAdapter;
    const response: unknown = host.switchToHttp().getResponse();
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    const status = error.getStatus();
    if (status >= HttpStatus.INTERNAL_SERVER_ERROR && !(error instanceof TokenAcquisitionError)) {
      // A fault of the API's own; what the identity platform answered was logged where it was asked.
      this.#logger.error(`${error.code}: ${error.message}`, error.stack);
    }
    for (const [name, value] of this.headers(error, status)) adapter.setHeader(response, name, value);
    if (error.challenge) adapter.setHeader(response, EXPOSE_HEADERS, exposed(response));
    adapter.reply(response, this.body(error), status);
  }

  private headers(error: EntraAuthError, status: number): [name: string, value: string][] {
    const headers: [string, string][] = [];
    if (error.challenge) {
      headers.push(['WWW-Authenticate', challengeHeader(error.challenge, this.parameters, status)]);
    }
    if (error.retryAfterSeconds !== undefined) headers.push(['Retry-After', String(error.retryAfterSeconds)]);
    return headers;
  }

  private body(error: EntraAuthError): object {
    const body = error.getResponse() as object;
    return this.parameters.showErrorDetails ? { ...body, details: error.message } : body;
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

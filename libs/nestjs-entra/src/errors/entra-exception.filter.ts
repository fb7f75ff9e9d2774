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
import { EntraAuthError } from './entra-auth.error.js';
import { errorHeaders, EXPOSE_HEADERS, exposing } from './error-headers.js';
import { parametersOf, RESPONSE_PARAMETERS, type ResponseParameters } from './response-parameters.js';

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
      this.#logger.error(`${error.code}: ${error.reason}`, error.stack);
    }
    // With several modules in one application, this filter meets the errors of all.
    const parameters = parametersOf(error) ?? this.parameters;
    const headers = errorHeaders(error, parameters);
    for (const [name, value] of headers) adapter.setHeader(response, name, value);
    if (headers.length > 0) {
      const names = headers.map(([name]) => name);
      adapter.setHeader(response, EXPOSE_HEADERS, exposing(names, exposedBefore(response)));
    }
    const body = error.getResponse() as object;
    adapter.reply(response, parameters.showErrorDetails ? { ...body, details: error.reason } : body, status);
  }
}

/** Node's response and Fastify's reply know it under one name. */
function exposedBefore(response: unknown): unknown {
  return (response as { getHeader(name: string): unknown }).getHeader(EXPOSE_HEADERS);
}

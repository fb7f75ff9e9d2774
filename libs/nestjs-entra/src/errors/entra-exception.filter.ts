import {
  Catch,
  HttpStatus,
  Inject,
  Injectable,
  Optional,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError } from 'rxjs';
import { NoUserAssertionError, TokenAcquisitionError } from './acquisition.errors.js';
import { EntraAuthError } from './entra-auth.error.js';
import { errorHeaders, EXPOSE_HEADERS, exposing } from './error-headers.js';
import { publicBody, publicError } from './public-error.js';
import { RejectionLog } from './rejection-log.js';
import { isUnstorable, noStore } from './response-caching.js';
import { parametersOf, RESPONSE_PARAMETERS, type ResponseParameters } from './response-parameters.js';

/** An error that was thrown without a module: its challenge names no registration. */
const NO_PARAMETERS: ResponseParameters = { clientId: '', authorizationUri: '', showErrorDetails: false };

const MAX_FRAMES = 20;

/** What a socket of every platform has. */
interface Socket {
  emit?(event: string, ...data: unknown[]): unknown;
}

/**
 * Answers a request that ended in an {@link EntraAuthError}: status, `WWW-Authenticate`, `Retry-After`
 * and Nest's own body. Works on Express and Fastify, since it goes through the HTTP adapter. Where there is no
 * response to write to, in GraphQL and in messages, the error goes on with the text that callers may read.
 */
@Injectable()
@Catch(EntraAuthError)
export class EntraExceptionFilter implements ExceptionFilter<EntraAuthError> {
  /**
   * @param parameters those of the module; in a module that does not see `AuthModule`, each error brings its own
   */
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Optional() @Inject(RESPONSE_PARAMETERS) private readonly parameters = NO_PARAMETERS,
    @Optional() @Inject(RejectionLog) private readonly log = new RejectionLog(),
  ) {}

  /** @throws HttpException in GraphQL, whose driver makes an answer of it */
  catch(error: EntraAuthError, host: ArgumentsHost): unknown {
    const status = error.getStatus();
    if (status >= HttpStatus.INTERNAL_SERVER_ERROR && !(error instanceof TokenAcquisitionError)) {
      // A fault of the API's own; what the identity platform answered was logged where it was asked.
      const line = `${error.code}: ${error.reason}`;
      // Clients close connections as often as they like, and this response reaches nobody. A limit of its own, so that
      // they do not hide the lines of other requests.
      if (error instanceof NoUserAssertionError && error.isConnectionClosed)
        this.log.write('debug', `${error.code} (connection closed)`, line);
      else this.log.write('error', error.code, line, stackOf(error));
    }
    // With several modules in one application, this filter meets the errors of all.
    const parameters = parametersOf(error) ?? this.parameters;
    const type: string = host.getType();
    if (type === 'http') return this.reply(error, parameters, host.switchToHttp().getResponse());
    const told = publicError(error, parameters);
    // A filter that throws there leaves the message without an answer: Nest catches nothing behind it.
    if (type === 'rpc') return throwError(() => told.getResponse());
    if (type === 'ws') return host.switchToWs().getClient<Socket>().emit?.('exception', told.getResponse());
    throw told;
  }

  private reply(error: EntraAuthError, parameters: ResponseParameters, response: unknown): void {
    const adapter = this.adapterHost.httpAdapter;
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    const headers = errorHeaders(error, parameters);
    for (const [name, value] of headers) adapter.setHeader(response, name, value);
    if (headers.length > 0) {
      const names = headers.map(([name]) => name);
      adapter.setHeader(response, EXPOSE_HEADERS, exposing(names, headerBefore(response, EXPOSE_HEADERS)));
    }
    if (isUnstorable(error.getStatus())) {
      adapter.setHeader(response, 'Cache-Control', noStore(headerBefore(response, 'Cache-Control')));
    }
    adapter.reply(response, publicBody(error, parameters), error.getStatus());
  }
}

/** Where the error was thrown: the frames of its stack. The message before them may hold what a caller sent. */
function stackOf({ name, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return [name, ...frames.slice(0, MAX_FRAMES)].join('\n');
}

/** Node's response and Fastify's reply know it under one name. */
function headerBefore(response: unknown, name: string): unknown {
  return (response as { getHeader(name: string): unknown }).getHeader(name);
}

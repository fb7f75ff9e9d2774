import { HttpStatus } from '@nestjs/common';
import { ownProperties } from '../own-properties.js';
import { failureCode, inParentheses } from './failure-code.js';
import { EntraAuthError, type EntraAuthErrorInit } from './entra-auth.error.js';

/** What is known of a call that failed. */
export interface DownstreamHttpErrorInit {
  /** Name of the API in `downstreamApis`. */
  readonly api: string;
  readonly method: string;
  /** Status that the API answered with; left out when no answer came. */
  readonly status?: number;
  readonly headers?: Headers;
  /** The parsed body. */
  readonly body?: unknown;
  /** What happened, as the end of a sentence. Default: `answered with status {status}`. */
  readonly what?: string;
  /** No answer came in time: 504 in place of 502. */
  readonly isTimeout?: boolean;
  readonly cause?: unknown;
}

interface Base extends Omit<EntraAuthError<'downstream_http'>, 'getStatus'> {
  getStatus(): number;
}

/**
 * `HttpException` has a private `status`, the one it answers with; {@link DownstreamHttpError} has a public one of
 * that name, which the compiler does not let a subclass have. `getStatus()` is the way Nest reads the former.
 */
const EntraAuthErrorWithStatus = EntraAuthError as unknown as new (
  init: EntraAuthErrorInit<'downstream_http'>,
) => Base;

/**
 * A downstream API answered an error, or nothing that could be used: 502, and 504 when no answer came in time,
 * unless it is handled. Neither the body nor the status of the downstream API reaches the caller.
 *
 * @example
 * try {
 *   return await this.orders.get<Order>(`/orders/${id}`);
 * } catch (error) {
 *   if (error instanceof DownstreamHttpError && error.status === 404) return undefined;
 *   throw error;
 * }
 */
export class DownstreamHttpError extends EntraAuthErrorWithStatus {
  /** Name of the API in `downstreamApis`. */
  readonly api: string;
  /** Status that the downstream API answered with; `undefined` when no answer came. */
  readonly status: number | undefined;
  /** No answer came in time. */
  readonly isTimeout: boolean;
  // Private to the language: a downstream API may repeat its token in what it answers, and no log is to show it.
  readonly #headers: Headers;
  readonly #body: unknown;

  constructor(given: DownstreamHttpErrorInit) {
    const init = ownProperties(given);
    const { api, method, status, isTimeout = false, cause } = init;
    const what = init.what ?? `answered with status ${status}`;
    super({
      code: 'downstream_http',
      status: isTimeout ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY,
      publicMessage: 'An API that this request needs did not answer as expected',
      reason: `The downstream API ${api} ${what}${inParentheses(failureCode(cause))} (${method})`,
      cause,
    });
    this.api = api;
    this.status = status;
    this.isTimeout = isTimeout;
    this.#headers = init.headers ?? new Headers();
    this.#body = init.body;
  }

  /** The status that the caller of this API gets: 502, or 504. */
  override getStatus(): number {
    return this.isTimeout ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY;
  }

  /** Headers of the answer; empty when none came. */
  get headers(): Headers {
    return this.#headers;
  }

  /**
   * Body of the answer: parsed when it is JSON (`application/json` and every `+json`), text when it is text;
   * `undefined` when it is empty, of another kind, or longer than 64 KiB.
   */
  get body(): unknown {
    return this.#body;
  }
}

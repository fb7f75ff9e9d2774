import { ConfigurationError } from '../errors/configuration.error.js';
import { DownstreamHttpError } from '../errors/downstream-http.error.js';
import { foreignCause } from '../errors/foreign-cause.js';
import type { ResolvedDownstreamApi } from '../options/downstream-api-options.js';
import { numberFaults } from '../options/value-faults.js';
import { ownCallOptions } from '../own-properties.js';
import { CallDeadline } from './call-deadline.js';
import { claimsOfAnswer } from './claims-challenge.js';
import type {
  DownstreamCallOptions,
  DownstreamIdentity,
  DownstreamTokenRequest,
  RawDownstreamCallOptions,
} from './downstream-call.options.js';
import { DownstreamSender, type DownstreamRequest } from './downstream-sender.js';
import type { DownstreamTokenOptions, DownstreamTokens } from './downstream-tokens.js';
import { downstreamUrl, isAbsolute } from './downstream-url.js';
import { HeldResponses } from './held-response.js';
import { outgoingHeaders } from './outgoing-headers.js';
import { orAbandoned, requestBody } from './request-body.js';
import { errorBody, responseBody } from './response-body.js';

/** Enough for every problem description; what is longer is not kept in an error. */
const MAX_ERROR_BYTES = 65_536;

/** What `fetch` sends; `CONNECT` and `TRACE` it refuses. */
const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY)$/;

/**
 * One downstream API of `downstreamApis`, called with the token of the current user or of the application itself.
 *
 * The token goes to the API's own address alone: paths that lead out of `baseUrl` are refused, and redirects are
 * not followed.
 *
 * @example
 * constructor(@InjectDownstreamApi('graph') private readonly graph: DownstreamApi) {}
 *
 * me(): Promise<Profile> {
 *   return this.graph.get<Profile>('/me', { query: { $select: 'displayName' } });
 * }
 */
export class DownstreamApi {
  readonly #sender: DownstreamSender;
  readonly #tokens: DownstreamTokens;
  readonly #api: ResolvedDownstreamApi;
  readonly #held = new HeldResponses();

  constructor(api: ResolvedDownstreamApi, tokens: DownstreamTokens) {
    this.#api = api;
    this.#tokens = tokens;
    this.#sender = new DownstreamSender(api, tokens);
  }

  /** Its name in `downstreamApis`. */
  get name(): string {
    return this.#api.name;
  }

  /** Its base address. */
  get baseUrl(): string {
    return this.#api.baseUrl;
  }

  /**
   * Whether an absolute URL lies below the base address, by the rules of {@link get}: only there the token may go.
   */
  owns(url: string): boolean {
    try {
      return isAbsolute(url) && downstreamUrl(this.#api.baseUrl, url) !== undefined;
    } catch (error) {
      if (error instanceof ConfigurationError) return false;
      throw error;
    }
  }

  /**
   * A token for this API, for clients of your own. It belongs to this API alone: ask {@link owns} before it is sent.
   * @throws as TokenAcquisitionService does
   */
  getAccessToken(options?: DownstreamTokenRequest): Promise<string> {
    return this.#tokens.get(this.tokenOptions(options));
  }

  /**
   * A token in place of one that the API refused by a claims challenge: the old one is forgotten, and one with the
   * claims is acquired. `undefined` for other answers, and for claims it was got for less than five seconds ago.
   * @param body of the 401, as text or parsed: APIs that use this library put claims there that exceed a header
   * @throws as TokenAcquisitionService does; among it ClaimsChallengeError, when only the user can give the claims
   */
  async replaceAccessToken(
    refused: string,
    wwwAuthenticate: string | null | undefined,
    options?: DownstreamTokenRequest,
    body?: unknown,
  ): Promise<string | undefined> {
    const claims = claimsOfAnswer(wwwAuthenticate ?? null, body);
    if (claims === undefined || !this.#tokens.isReplaceable(refused, claims)) return undefined;
    return this.#tokens.replace(refused, claims, this.tokenOptions(options));
  }

  /**
   * @param path below `baseUrl`; a value in it goes through `encodeURIComponent()`
   * @returns the body: JSON parsed, text as text, else bytes; `undefined` when it is empty
   * @throws DownstreamHttpError for every answer but 2xx, and when none comes
   * @throws ConfigurationError for a path or header that is refused
   * @throws as TokenAcquisitionService does, when there is no token; among it ClaimsChallengeError, when the API asks
   *   for claims that only the user can give
   */
  get<T = unknown>(path?: string, options?: DownstreamCallOptions): Promise<T> {
    return this.read({ ...options, method: 'GET' }, path);
  }

  /** @param body text, bytes, a form or a stream as it is, everything else as JSON. See {@link get}. */
  post<T = unknown>(path?: string, body?: unknown, options?: DownstreamCallOptions): Promise<T> {
    return orAbandoned(body, () => this.read<T>({ ...options, method: 'POST', body }, path));
  }

  /** See {@link post}. */
  put<T = unknown>(path?: string, body?: unknown, options?: DownstreamCallOptions): Promise<T> {
    return orAbandoned(body, () => this.read<T>({ ...options, method: 'PUT', body }, path));
  }

  /** See {@link post}. */
  patch<T = unknown>(path?: string, body?: unknown, options?: DownstreamCallOptions): Promise<T> {
    return orAbandoned(body, () => this.read<T>({ ...options, method: 'PATCH', body }, path));
  }

  /** See {@link get}. */
  delete<T = unknown>(path?: string, options?: DownstreamCallOptions): Promise<T> {
    return this.read({ ...options, method: 'DELETE' }, path);
  }

  /**
   * The answer as `fetch` gives it, whatever its status, with its body still to be read. A redirect is an answer
   * too. `timeoutMs` ends with the headers; `signal` holds for the body as well.
   *
   * @throws as {@link get} does, but for answers that came
   */
  async call(path?: string, given?: RawDownstreamCallOptions): Promise<Response> {
    const options = ownCallOptions(given);
    return orAbandoned(options.body, () => this.raw(options, path));
  }

  private async raw(options: RawDownstreamCallOptions, path?: string): Promise<Response> {
    const request = this.request(options, path);
    const deadline = this.deadline(options, request.method);
    try {
      const response = await this.#sender.send(request, deadline);
      deadline.stopClock();
      return options.signal ? this.#held.hold(response, deadline) : response;
    } catch (error) {
      deadline.end();
      throw error;
    }
  }

  /** With whose token it is called, unless a call says otherwise. */
  get #as(): DownstreamIdentity {
    return this.#api.requestAppToken ? 'app' : 'user';
  }

  private tokenOptions(given?: DownstreamTokenRequest): DownstreamTokenOptions {
    const { as = this.#as, tenantId, signal } = ownCallOptions(given);
    return { as, tenantId, signal };
  }

  private async read<T>(given: RawDownstreamCallOptions, path?: string): Promise<T> {
    const options = ownCallOptions(given);
    const request = this.request(options, path, { accept: 'application/json' });
    const { method } = request;
    const deadline = this.deadline(options, method);
    try {
      const response = await this.#sender.send(request, deadline);
      return (await deadline.race(this.bodyOf(response, method))) as T;
    } finally {
      deadline.end();
    }
  }

  private async bodyOf(response: Response, method: string): Promise<unknown> {
    const { status, headers, ok } = response;
    const about = { api: this.#api.name, method, status, headers };
    try {
      if (!ok) {
        throw new DownstreamHttpError({ ...about, body: await errorBody(response, MAX_ERROR_BYTES) });
      }
      const body = await responseBody(response, this.#api.maxResponseBytes);
      if ('fault' in body) throw new DownstreamHttpError({ ...about, what: body.fault });
      return body.value;
    } catch (cause) {
      if (cause instanceof DownstreamHttpError) throw cause;
      throw new DownstreamHttpError({ ...about, what: 'broke off its answer', cause: foreignCause(cause) });
    }
  }

  private request(
    options: RawDownstreamCallOptions,
    path = this.#api.relativePath,
    defaults: Readonly<Record<string, string>> = {},
  ): DownstreamRequest {
    const { baseUrl, name } = this.#api;
    const { as = this.#as, tenantId, retries = this.#api.retries } = options;
    const method = (options.method ?? 'GET').toUpperCase();
    if (!METHOD.test(method)) {
      throw new ConfigurationError(`The method of a call of ${name} is not one that can be sent.`);
    }
    if (as !== 'user' && as !== 'app') {
      throw new ConfigurationError(
        `A call of ${name} was made as ${JSON.stringify(as)}; give 'user' or 'app'.`,
      );
    }
    checkCount(name, 'timeoutMs', options.timeoutMs, 1, 600_000);
    checkCount(name, 'retries', retries, 0, 5);
    const body = requestBody(options.body);
    if (body.content !== undefined && (method === 'GET' || method === 'HEAD')) {
      throw new ConfigurationError(`A ${method} call of ${name} has a body; send it with another method.`);
    }
    const { contentType } = body;
    return {
      method,
      url: downstreamUrl(baseUrl, path, options.query),
      headers: outgoingHeaders(options.headers, {
        ...defaults,
        ...(contentType !== undefined && { 'content-type': contentType }),
      }),
      body,
      identity: { as, tenantId },
      retries,
    };
  }

  private deadline(
    { signal, timeoutMs = this.#api.timeoutMs }: DownstreamCallOptions,
    method: string,
  ): CallDeadline {
    const timedOut = () =>
      new DownstreamHttpError({
        api: this.#api.name,
        method,
        what: `did not answer within ${timeoutMs} ms`,
        isTimeout: true,
      });
    return new CallDeadline(timeoutMs, signal, timedOut);
  }
}

function checkCount(api: string, option: string, value: unknown, least: number, most: number): void {
  const [fault] = numberFaults(`${option} of a call of ${api}`, value, least, most);
  if (fault !== undefined) throw new ConfigurationError(fault);
}

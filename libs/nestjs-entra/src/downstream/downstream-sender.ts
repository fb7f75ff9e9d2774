import { readBytes } from '../network/bounded-body.js';
import { DownstreamHttpError } from '../errors/downstream-http.error.js';
import { foreignCause } from '../errors/foreign-cause.js';
import type { ResolvedDownstreamApi } from '../options/downstream-api-options.js';
import { ownProperties } from '../own-properties.js';
import type { CallDeadline } from './call-deadline.js';
import { claimsOfResponse } from './claims-of-response.js';
import type { DownstreamTokenOptions, DownstreamTokens } from './downstream-tokens.js';
import type { RequestBody } from './request-body.js';
import { retryDelayMs } from './retry-delay.js';

/** One call, put together. */
export interface DownstreamRequest {
  readonly method: string;
  readonly url: URL;
  /** Without the token. */
  readonly headers: Headers;
  readonly body: RequestBody;
  readonly identity: Omit<DownstreamTokenOptions, 'signal'>;
  readonly retries: number;
}

/** Read to its end, the body of an answer that is not used leaves its connection to the next call. */
const MAX_DISCARDED_BYTES = 65_536;

/**
 * Sends a call with its token and follows no redirect. It repeats it once with a better token when the API asks for
 * claims (continuous access evaluation), and after a 429 or 503 where that is safe and time is left.
 */
export class DownstreamSender {
  constructor(
    private readonly api: ResolvedDownstreamApi,
    private readonly tokens: DownstreamTokens,
  ) {}

  /**
   * @throws DownstreamHttpError when no answer comes
   * @throws as TokenAcquisitionService does, when there is no token
   */
  async send(request: DownstreamRequest, deadline: CallDeadline): Promise<Response> {
    const { method, body, retries } = request;
    const identity: DownstreamTokenOptions = { ...request.identity, signal: deadline.signal };
    let token = await deadline.race(this.tokens.get(identity));
    let isReplaced = false;
    for (let retry = 0; ;) {
      const response = await this.attempt(request, token, deadline);
      const claims = response.status === 401 ? await deadline.race(claimsOfResponse(response)) : undefined;
      const delay = retry < retries ? retryDelayMs(method, response, retry) : undefined;
      if (claims !== undefined && isReplaced) this.tokens.refuse(token);
      if (claims !== undefined && !isReplaced && this.tokens.isReplaceable(token, claims)) {
        if (!body.isStream) await this.discard(response, deadline);
        token = await deadline.race(this.tokens.replace(token, claims, identity));
        isReplaced = true;
        // It was read to its end; the next call has the better token.
        if (body.isStream) return response;
      } else if (body.isStream) {
        return response;
      } else if (delay !== undefined && delay < deadline.remainingMs) {
        await this.discard(response, deadline);
        await deadline.wait(delay);
        retry += 1;
      } else {
        return response;
      }
    }
  }

  private async attempt(
    { method, url, headers, body }: DownstreamRequest,
    token: string,
    deadline: CallDeadline,
  ): Promise<Response> {
    const sent = new Headers(headers);
    sent.set('authorization', `Bearer ${token}`);
    const init = ownProperties({
      method,
      headers: sent,
      body: body.content,
      redirect: 'manual' as const,
      signal: deadline.signal,
      ...(body.isStream && { duplex: 'half' as const }),
    });
    try {
      return await deadline.race(this.api.fetch(url, init));
    } catch (cause) {
      if (deadline.signal.aborted) throw cause;
      const fault = body.fault?.();
      if (fault) throw fault;
      throw new DownstreamHttpError({
        api: this.api.name,
        method,
        what: 'could not be reached',
        cause: foreignCause(cause),
      });
    }
  }

  private async discard(response: Response, deadline: CallDeadline): Promise<void> {
    // What goes wrong with a body that nobody wants is of no interest; the end of the call is.
    await deadline.race(readBytes(response.body, MAX_DISCARDED_BYTES).catch(() => undefined));
  }
}

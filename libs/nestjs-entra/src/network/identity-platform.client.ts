import { setTimeout as delay } from 'node:timers/promises';
import { IdentityPlatformUnavailableError } from '../errors/acquisition.errors.js';
import { failureCode, inParentheses } from '../errors/failure-code.js';
import { foreignCause } from '../errors/foreign-cause.js';
import { ownProperties } from '../own-properties.js';
import { attemptTimeMs, MAX_PAUSE_MS } from './attempt-time.js';
import { readBounded } from './bounded-body.js';
import { parseOwnJson } from './own-json.js';
import { httpDateMs, retryAfterSeconds } from './retry-after.js';

/** One answer of the identity platform, read whole. */
export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; `undefined` when the body is none. */
  readonly json: unknown;
}

/** What is asked. */
export interface PlatformRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How patiently it is asked. */
export interface PlatformClientOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Deadline in milliseconds, retries included. */
  readonly timeoutMs: number;
  readonly retries: number;
}

/** Enough for every answer of the identity platform; more is an error or an attack. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The pause before the next attempt, spread so that those who failed together do not come back together. */
const MIN_PAUSE_MS = 20;

/**
 * Calls the identity platform: within a deadline, following no redirect, reading a bounded body, and
 * asking again after a 5xx, a reset or a timeout. What is left in the end is an answer below 500, or an
 * {@link IdentityPlatformUnavailableError}.
 */
export class IdentityPlatformClient {
  constructor(private readonly options: PlatformClientOptions) {}

  /** @throws IdentityPlatformUnavailableError */
  async send(request: PlatformRequest): Promise<PlatformAnswer> {
    const { retries, timeoutMs } = this.options;
    const attemptMs = attemptTimeMs(timeoutMs, retries);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(request, attemptMs);
      if (!(outcome instanceof Failure)) return outcome;
      if (!outcome.mayRetry || attempt === retries) throw outcome.error;
      await delay(MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS));
    }
  }

  private async attempt(request: PlatformRequest, timeoutMs: number): Promise<PlatformAnswer | Failure> {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // A race, not the signal alone: aborting a fetch in the middle of its body can leave it pending.
    const deadline = new Promise<Failure>((resolve) => {
      timer = setTimeout(() => {
        resolve(new Failure(`did not answer within ${Math.round(timeoutMs)} ms`));
        abort.abort();
      }, timeoutMs);
    });
    try {
      return await Promise.race([this.exchange(request, abort.signal), deadline]);
    } catch (error) {
      const code = inParentheses(failureCode(error));
      return new Failure(`could not be reached${code}`, { cause: foreignCause(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  private async exchange(request: PlatformRequest, signal: AbortSignal): Promise<PlatformAnswer | Failure> {
    const init = ownProperties({
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual' as const,
      signal,
    });
    const response = await this.options.fetch(request.url, init);
    const { status } = response;
    if (status >= 500 || status === 429 || (status >= 300 && status < 400)) {
      await response.body?.cancel();
      const retryAfter = retryAfterSeconds(
        response.headers.get('retry-after'),
        httpDateMs(response.headers.get('date')),
      );
      return new Failure(`answered with status ${status}`, { status, retryAfter });
    }
    const text = await readBounded(response.body, MAX_BODY_BYTES);
    if (text === undefined) return new Failure(`answered with more than ${MAX_BODY_BYTES} bytes`, { status });
    return { status, headers: Object.fromEntries(response.headers), json: parsed(text) };
  }
}

/** One attempt without a usable answer. */
class Failure {
  readonly error: IdentityPlatformUnavailableError;
  /** Whoever says when to come back, throttles or redirects is not asked again at once. */
  readonly mayRetry: boolean;

  constructor(what: string, about: { status?: number; retryAfter?: number; cause?: unknown } = {}) {
    const { status, retryAfter, cause } = about;
    this.error = new IdentityPlatformUnavailableError(`The identity platform ${what}`, {
      retryAfterSeconds: retryAfter,
      isToldToWait: status === 429 || retryAfter !== undefined,
      platform: status === undefined ? {} : { status },
      cause,
    });
    this.mayRetry = retryAfter === undefined && (status === undefined || status >= 500);
  }
}

function parsed(text: string): unknown {
  try {
    return parseOwnJson(text);
  } catch {
    return undefined; // The caller of this client decides what an answer without JSON means.
  }
}

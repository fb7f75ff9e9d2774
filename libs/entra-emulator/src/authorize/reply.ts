import { NO_STORE_HEADERS, type Answer } from '../endpoints/answer.js';
import { errorEnvelope } from '../endpoints/error-envelope.js';
import type { Exchange } from '../endpoints/exchange.js';
import type { AadstsError } from '../errors/aadsts-error.js';
import { formPostPage } from '../pages/form-post-page.js';
import type { ReplyTarget } from './reply-target.js';

type Parameters = Readonly<Record<string, string | undefined>>;

/** Sends the browser back to the client with parameters, in the response mode of the request. */
export function reply(target: ReplyTarget, parameters: Parameters): Answer {
  const all = { ...parameters, state: target.state };
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  if (target.responseMode === 'form_post') {
    return formPostPage(target.redirectUri, given);
  }
  const location = withParameters(target, new URLSearchParams(Object.fromEntries(given)));
  return redirect(location);
}

/** Sends the browser back to the client with an error (RFC 6749 §4.1.2.1). */
export function replyWithError(
  target: ReplyTarget,
  error: AadstsError,
  exchange: Exchange,
  now: number,
  extras: Parameters = {},
): Answer {
  const envelope = errorEnvelope(error, exchange, now);
  const answer = reply(target, {
    error: envelope.error,
    error_description: envelope.error_description,
    error_uri: envelope.error_uri,
    suberror: envelope.suberror,
    claims: envelope.claims,
    ...extras,
  });
  return { ...answer, failure: { error: error.error, aadsts: error.code } };
}

/** Sends the browser elsewhere. */
export function redirect(location: string): Answer {
  return {
    status: 302,
    headers: { ...NO_STORE_HEADERS, Location: location, 'Content-Type': 'text/plain; charset=utf-8' },
    body: '',
  };
}

/** An address without a path gets one (Microsoft: redirect URI, the path of `https://contoso.com`). */
function withParameters({ redirectUri, responseMode }: ReplyTarget, parameters: URLSearchParams): string {
  const base = /^https?:\/\/[^/?]+$/.test(redirectUri) ? `${redirectUri}/` : redirectUri;
  if (responseMode === 'fragment') {
    return `${base}#${parameters.toString()}`;
  }
  return `${base}${base.includes('?') ? '&' : '?'}${parameters.toString()}`;
}

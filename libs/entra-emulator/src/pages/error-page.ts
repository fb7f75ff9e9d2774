import type { Answer } from '../endpoints/answer.js';
import type { Exchange } from '../endpoints/exchange.js';
import type { AadstsError } from '../errors/aadsts-error.js';
import { errorDefinition, isAadstsCode } from '../errors/aadsts-registry.js';
import { errorTimestamp } from '../errors/error-time.js';
import { page } from './document.js';
import { html } from './html.js';

/** Shows a refusal that cannot go back to the client. */
export function errorPage(error: AadstsError, exchange: Exchange, now: number): Answer {
  const answer = page({
    title: 'We cannot sign you in',
    status: error.status,
    main: html`<p class="notice" role="alert">${error.message}</p>
      <p>${meaningOf(error.error)}</p>
      <h2>Troubleshooting details</h2>
      <dl>
        <dt>Error code</dt>
        <dd><a href="/error?code=${error.code}">AADSTS${error.code}</a></dd>
        <dt>Request Id</dt>
        <dd><code>${exchange.traceId}</code></dd>
        <dt>Correlation Id</dt>
        <dd><code>${exchange.correlationId}</code></dd>
        <dt>Timestamp</dt>
        <dd>${errorTimestamp(now)}</dd>
      </dl>`,
  });
  return { ...answer, failure: { error: error.error, aadsts: error.code } };
}

/** What a code means: the page that `error_uri` leads to. */
export function errorLookupPage(query: URLSearchParams): Answer {
  const code = Number((query.get('code') ?? '').replace(/^AADSTS/i, ''));
  if (!isAadstsCode(code)) {
    return page({
      title: 'Error lookup',
      status: 404,
      main: html`<p>The emulator knows no such code. Give one as in <code>/error?code=50076</code>.</p>`,
    });
  }
  const { error, suberror, status, describe } = errorDefinition(code);
  return page({
    title: `AADSTS${code}`,
    main: html`<p>${describe()}</p>
      <p>${meaningOf(error)}</p>
      <dl>
        <dt>error</dt>
        <dd><code>${error}</code></dd>
        ${
          suberror === undefined
            ? undefined
            : html`<dt>suberror</dt>
                <dd><code>${suberror}</code></dd>`
        }
        <dt>HTTP status of the token endpoint</dt>
        <dd>${status}</dd>
      </dl>`,
  });
}

/** Who can do something about it. */
function meaningOf(error: string): string {
  switch (error) {
    case 'invalid_client':
    case 'unauthorized_client':
      return 'The registration of the application, or the credential it presents, has to be corrected.';
    case 'invalid_request':
    case 'invalid_scope':
    case 'invalid_resource':
    case 'unsupported_response_type':
    case 'unsupported_grant_type':
      return 'The application asked in a way that is not allowed; its developer has to correct the request.';
    case 'interaction_required':
    case 'login_required':
    case 'consent_required':
    case 'invalid_grant':
      return 'The user has to sign in again, to prove more, or to ask an administrator for access.';
    case 'access_denied':
      return 'The user, or an administrator, has refused.';
    default:
      return 'Try again later.';
  }
}

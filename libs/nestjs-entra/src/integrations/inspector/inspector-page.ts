import { MAX_REQUESTS } from './flow-recorder.js';
import { html, type Html } from './html.js';
import type { RecordedRequest, RecordedStep, Station } from './recorded-request.js';

/** What the page shows of one request; its parts are markup. */
export interface RequestItem {
  readonly id: number;
  readonly tone: 'open' | 'good' | 'refused';
  readonly summary: string;
  readonly content: string;
}

const STATION_NAMES: Readonly<Record<Station, string>> = {
  browser: 'Browser',
  api: 'API',
  cache: 'Cache',
  'identity-platform': 'Identity platform',
  downstream: 'Downstream API',
};

/**
 * The page, with the requests that are known.
 *
 * @param base its own path, without a slash at its end
 * @param query carries the key; every link of the page needs it
 */
export function inspectorPage(base: string, query: string, requests: readonly RecordedRequest[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Token-flow inspector</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${base}/page.css${query}" />
        <script src="${base}/page.js${query}" defer></script>
      </head>
      <body>
        <header>
          <h1>Token-flow inspector</h1>
          <p>
            The last ${MAX_REQUESTS} requests, newest first: what was validated, found, exchanged and refused,
            and why. No token is shown.
          </p>
          <div class="controls">
            <button type="button" id="pause" hidden>Pause</button>
            <label id="filter" hidden
              ><input type="checkbox" id="refused-only" /> Refused requests only</label
            >
            <p id="state" role="status">As of when the page was loaded; reload it for more.</p>
          </div>
        </header>
        <main>
          <h2 id="requests-title">Requests</h2>
          <p id="none" ${requests.length > 0 ? html` hidden` : ''}>No request has come in yet.</p>
          <ol id="requests" aria-labelledby="requests-title" data-limit="${MAX_REQUESTS}">
            ${requests.map(listed)}
          </ol>
        </main>
      </body>
    </html> `.text;
}

/** One request as the page is sent it. */
export function requestItem(request: RecordedRequest): RequestItem {
  return {
    id: request.id,
    tone: toneOf(request),
    summary: summary(request).text,
    content: content(request).text,
  };
}

function listed(request: RecordedRequest): Html {
  return html`<li id="request-${request.id}" class="${toneOf(request)}">
    <details>
      <summary>${summary(request)}</summary>
      <div class="flow">${content(request)}</div>
    </details>
  </li>`;
}

function toneOf({ answer }: RecordedRequest): RequestItem['tone'] {
  if (!answer) return 'open';
  return answer.isComplete && answer.status < 400 ? 'good' : 'refused';
}

/** The one look: what was asked, what became of it, and why. */
function summary(request: RecordedRequest): Html {
  const { answer, method, path, caller, refusal } = request;
  const status = !answer ? '…' : answer.isComplete ? String(answer.status) : 'left';
  return html`<span class="status">${status}</span> <span class="asked">${method} ${path}</span> ${
      caller ? html`<span class="caller">${caller.name}</span> ` : ''
    }${answer ? html`<span class="took">${answer.tookMs.toFixed(1)} ms</span>` : ''}${
      refusal
        ? html`<span class="why"><code>${refusal.code}</code> ${refusal.reason}</span>`
        : elsewhere(request)
    }`;
}

function elsewhere({ answer }: RecordedRequest): Html {
  if (!answer?.isComplete || answer.status < 400) return html``;
  return html`<span class="why"
    >nestjs-entra refused nothing here: the application answered so, or there is no such route.</span
  >`;
}

function content({ startedAt, steps, caller }: RecordedRequest): Html {
  return html`<h3>Sequence</h3>
    <p>From <time datetime="${startedAt.toISOString()}">${startedAt.toISOString()}</time>.</p>
    <ol class="sequence">
      ${steps.map(stepItem)}
    </ol>
    ${
      caller
        ? html`<h3>Claims of the caller</h3>
            <dl>
              ${caller.claims.map(
                ([name, value]) =>
                  html`<div>
                    <dt>${name}</dt>
                    <dd>${value}</dd>
                  </div>`,
              )}
            </dl>`
        : html`<p>No caller is known: no token was accepted.</p>`
    }`;
}

function stepItem({ station, text, tone, atMs }: RecordedStep): Html {
  return html`<li class="${station} ${tone}">
    <span class="at">+${atMs.toFixed(1)} ms</span> <strong>${STATION_NAMES[station]}</strong>
    <span>${text}</span>
  </li>`;
}

import { createHash } from 'node:crypto';
import { NO_STORE_HEADERS, type Answer } from '../endpoints/answer.js';
import { html, Markup } from './html.js';
import { STYLE } from './style.js';

/** A page of the emulator. */
export interface PageContent {
  readonly title: string;
  readonly main: Markup;
  /** HTTP status; 200 by default. */
  readonly status?: number;
  /** Where its forms lead beside the emulator itself: a redirect after a post counts (CSP3, `form-action`). */
  readonly formTargets?: readonly string[];
  /** The one inline script, allowed by its digest; none by default. */
  readonly script?: string;
  /** For tables. */
  readonly isWide?: boolean;
}

/** Renders a page, which may not be framed and runs nothing but the script given. */
export function page(content: PageContent): Answer {
  const { title, main, status = 200, formTargets = [], script, isWide = false } = content;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Entra emulator</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>Entra emulator, for development only</header>
<main${new Markup(isWide ? ' class="wide"' : '')}>
<h1>${title}</h1>
${main}
</main>
${script === undefined ? undefined : new Markup(`<script>${script}</script>`)}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src '${digest(STYLE)}'`,
    ...(script === undefined ? [] : [`script-src '${digest(script)}'`]),
    `form-action ${["'self'", ...formTargets.map(sourceOf)].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    status,
    headers: {
      ...NO_STORE_HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'X-Frame-Options': 'DENY',
      // With no-referrer a browser posts a form with the origin `null`, which the emulator refuses.
      'Referrer-Policy': 'same-origin',
    },
    body: document.text,
  };
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** An address as a source of a policy: its origin, or its scheme where it has none. */
function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

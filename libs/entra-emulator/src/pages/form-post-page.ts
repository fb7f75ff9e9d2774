import type { Answer } from '../endpoints/answer.js';
import { page } from './document.js';
import { html } from './html.js';

/** Posts the answer to the client, by itself or at the press of a button (OAuth 2.0 Form Post Response Mode). */
export function formPostPage(action: string, fields: readonly (readonly [string, string])[]): Answer {
  const inputs = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  return page({
    title: 'Working',
    main: html`<form method="post" action="${action}">
      ${inputs}
      <p>You are signed in and go back to the application.</p>
      <button class="primary">Continue</button>
    </form>`,
    formTargets: [action],
    script: 'document.forms[0].submit();',
  });
}

import type { ConsentItem } from '../authorize/missing-consent.js';
import type { NextStep } from '../authorize/next-step.js';
import type { Transaction } from '../authorize/transactions.js';
import type { Answer } from '../endpoints/answer.js';
import { page } from './document.js';
import { html, type Markup } from './html.js';
import { transactionForm } from './transaction-form.js';

const OIDC_MEANINGS: Readonly<Record<string, string>> = {
  openid: 'sign you in',
  profile: 'view your basic profile',
  email: 'view your email address',
  offline_access: 'maintain access to data you have given it access to',
};

/** Asks whether the application may have what it wants, or says that an administrator has to decide. */
export function consentPage(
  transaction: Transaction,
  { account: { user }, missing, needsAdministrator }: Extract<NextStep, { kind: 'consent' }>,
): Answer {
  const { application, target } = transaction.request;
  const wishes = html`<p>Signed in as ${user.name} (${user.preferredUsername}).</p>
    <p><strong>${application.name}</strong> (<code>${application.clientId}</code>) wants to:</p>
    <ul>
      ${missing.oidcWords.map((word) => html`<li>${OIDC_MEANINGS[word] ?? word} (<code>${word}</code>)</li>`)}
      ${missing.items.flatMap((item) => item.scopes.map((scope) => wish(item, scope)))}
    </ul>`;
  const choices = needsAdministrator
    ? html`<p class="notice" role="alert">
          Only an administrator can grant this. Ask one to sign in here and to accept, or go back without
          granting it.
        </p>
        <div class="actions"><button name="decision" value="refuse">Go back to the application</button></div>`
    : html`${user.isAdministrator ? organizationChoice() : undefined}
        <div class="actions">
          <button class="primary" name="decision" value="accept">Accept</button>
          <button name="decision" value="refuse">Cancel</button>
        </div>`;
  return page({
    title: needsAdministrator ? 'Need admin approval' : 'Permissions requested',
    main: html`${wishes} ${transactionForm(transaction, 'consent', choices)}`,
    formTargets: [target.redirectUri],
  });
}

function wish({ resource, adminOnly }: ConsentItem, scope: string): Markup {
  const note = adminOnly.includes(scope) ? ', needs an administrator' : '';
  return html`<li>use <code>${scope}</code> of ${resource.name} for you${note}</li> `;
}

function organizationChoice(): Markup {
  return html`<p>
    <input type="checkbox" id="organization" name="organization" value="true" />
    <label class="inline" for="organization">Consent on behalf of your organization</label>
  </p>`;
}

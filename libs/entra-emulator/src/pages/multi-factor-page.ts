import type { SignedInAccount } from '../authorize/browser-sessions.js';
import type { Transaction } from '../authorize/transactions.js';
import type { Answer } from '../endpoints/answer.js';
import { page } from './document.js';
import { html } from './html.js';
import { transactionForm } from './transaction-form.js';

/** Asks for a second factor. The code is shown, for there is no telephone. */
export function multiFactorPage(
  transaction: Transaction,
  { user }: SignedInAccount,
  notice?: string,
): Answer {
  const { application, target } = transaction.request;
  const content = html`${notice === undefined ? undefined : html`<p class="notice" role="alert" id="notice">${notice}</p>`}
    <p>
      The code on the telephone of ${user.name} would be
      <strong class="code" id="shown-code">${transaction.oneTimeCode}</strong>
    </p>
    <label for="otp">Code</label>
    <input
      type="text"
      id="otp"
      name="otp"
      inputmode="numeric"
      autocomplete="one-time-code"
      maxlength="6"
      required
      aria-describedby="shown-code"
    />
    <div class="actions">
      <button class="primary" name="decision" value="verify">Verify</button>
      <button name="decision" value="refuse" formnovalidate>Cancel</button>
    </div>`;
  return page({
    title: 'Verify your identity',
    main: html`<p>
        <strong>${application.name}</strong> asks for something that your organization guards with
        multi-factor authentication.
      </p>
      ${transactionForm(transaction, 'multi-factor', content)}`,
    formTargets: [target.redirectUri],
  });
}

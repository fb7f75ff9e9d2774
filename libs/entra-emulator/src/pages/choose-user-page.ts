import type { Transaction } from '../authorize/transactions.js';
import { isCurrent } from '../authorize/browser-sessions.js';
import type { Answer } from '../endpoints/answer.js';
import type { EmulatedUser } from '../tenants/user.js';
import { page } from './document.js';
import { html, type Markup } from './html.js';
import { transactionForm } from './transaction-form.js';

/** Asks who signs in. There are no passwords: whoever sees the page may be anybody. */
export function chooseUserPage(transaction: Transaction, users: readonly EmulatedUser[]): Answer {
  const { application, target } = transaction.request;
  const list = html`<ul class="plain">
    ${users.map((user) => choice(transaction, user))}
  </ul>`;
  return page({
    title: 'Choose a user',
    main: html`<p>to go on to <strong>${application.name}</strong></p>
      ${
        users.length === 0
          ? html`<p class="notice" role="alert">
              This tenant has no user. Add one with addUser, a seed file or /admin.
            </p>`
          : transactionForm(transaction, 'login', list)
      }`,
    formTargets: [target.redirectUri],
  });
}

function choice({ session }: Transaction, user: EmulatedUser): Markup {
  const isSignedIn = session.accounts.some((account) => account.user === user && isCurrent(account));
  const notes = [
    user.preferredUsername,
    ...(user.guestFrom === undefined ? [] : ['guest']),
    ...(user.isAdministrator ? ['administrator'] : []),
    ...(user.disabled ? ['disabled'] : []),
    ...(isSignedIn ? ['signed in'] : []),
  ];
  return html`<li>
    <button class="choice" name="user" value="${user.oid}">
      ${user.name} <small>${notes.join(', ')}</small>
    </button>
  </li> `;
}

import type { Transaction } from '../authorize/transactions.js';
import { html, type Markup } from './html.js';

/** A form of a page of a sign-in: it carries the transaction, which only this browser may go on with. */
export function transactionForm(transaction: Transaction, action: string, content: Markup): Markup {
  const { tenantSegment } = transaction.request;
  return html`<form method="post" action="/${encodeURIComponent(tenantSegment)}/${action}">
    <input type="hidden" name="transaction" value="${transaction.id}" />
    ${content}
  </form>`;
}

import type { Answer } from '../endpoints/answer.js';
import type { Exchange } from '../endpoints/exchange.js';
import { AadstsError } from '../errors/aadsts-error.js';
import { CONDITIONAL_ACCESS_ERRORS } from '../errors/conditional-access-errors.js';
import { chooseUserPage } from '../pages/choose-user-page.js';
import { consentPage } from '../pages/consent-page.js';
import { multiFactorPage } from '../pages/multi-factor-page.js';
import type { Platform } from '../platform.js';
import { selectableUsers } from './candidate-accounts.js';
import { completeSignIn } from './complete-sign-in.js';
import { nextStep, silentRefusal } from './next-step.js';
import { replyWithError } from './reply.js';
import type { Transaction } from './transactions.js';

/** Refusals of the user or the account, which Entra shows and does not send back. */
const SHOWN: readonly number[] = [
  ...Object.keys(CONDITIONAL_ACCESS_ERRORS).map(Number),
  50057,
  500341,
  50105,
];

/** Goes on with a sign-in: shows the page that is due, or sends the browser back to the client. */
export function advance(
  platform: Platform,
  exchange: Exchange,
  transaction: Transaction,
  notice?: string,
): Answer {
  try {
    return answerOf(platform, transaction, notice);
  } catch (error) {
    const { target, prompt } = transaction.request;
    if (error instanceof AadstsError && (prompt === 'none' || !SHOWN.includes(error.code))) {
      platform.transactions.end(transaction);
      return replyWithError(target, error, exchange, platform.now());
    }
    throw error;
  }
}

function answerOf(platform: Platform, transaction: Transaction, notice: string | undefined): Answer {
  const { request } = transaction;
  const step = nextStep(platform, transaction);
  if (step.kind !== 'done' && request.prompt === 'none') {
    throw silentRefusal(step, transaction);
  }
  switch (step.kind) {
    case 'choose-user':
      return chooseUserPage(transaction, selectableUsers(platform.directory, request));
    case 'multi-factor':
      return multiFactorPage(transaction, step.account, notice);
    case 'consent':
      return consentPage(transaction, step);
    case 'done':
      return completeSignIn(platform, transaction, step.account);
  }
}

import { advance } from '../authorize/advance.js';
import { signInTo } from '../authorize/browser-sessions.js';
import { selectableUsers } from '../authorize/candidate-accounts.js';
import { nextStep, type NextStep } from '../authorize/next-step.js';
import { replyWithError } from '../authorize/reply.js';
import { satisfy } from '../authorize/required-authentication.js';
import { readSessionCookie } from '../authorize/session-cookie.js';
import type { Transaction } from '../authorize/transactions.js';
import { AadstsError } from '../errors/aadsts-error.js';
import type { AadstsCode } from '../errors/aadsts-registry.js';
import type { Platform } from '../platform.js';
import { textAnswer, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { isFromElsewhere } from './same-origin.js';

/** Answers the forms of the pages: the user chosen, the code entered, the consent given. */
export function interactionEndpoint(platform: Platform, exchange: Exchange): Answer {
  const { method, form, headers, route } = exchange;
  if (method !== 'POST') {
    return textAnswer(405, 'Method Not Allowed', { Allow: 'POST' });
  }
  if (isFromElsewhere(platform.url, headers)) {
    throw new AadstsError(165000);
  }
  const session = platform.browserSessions.find(readSessionCookie(platform.url, headers.cookie));
  const transaction = platform.transactions.find(form.get('transaction'), session);
  switch (route.endpoint) {
    case 'login':
      return chooseUser(platform, exchange, transaction);
    case 'multi-factor':
      return verify(platform, exchange, transaction);
    default:
      return decide(platform, exchange, transaction);
  }
}

function chooseUser(platform: Platform, exchange: Exchange, transaction: Transaction): Answer {
  const { request, session } = transaction;
  const user = selectableUsers(platform.directory, request).find(
    ({ oid }) => oid === exchange.form.get('user'),
  );
  if (user !== undefined) {
    transaction.account = signInTo(session, user, platform.now(), request.prompt === 'login');
  }
  return advance(platform, exchange, transaction);
}

function verify(platform: Platform, exchange: Exchange, transaction: Transaction): Answer {
  const { form } = exchange;
  const step = stepOf(platform, transaction, 'multi-factor');
  if (step === undefined) {
    return advance(platform, exchange, transaction);
  }
  if (form.get('decision') === 'refuse') {
    return decline(platform, exchange, transaction, 500121);
  }
  if (form.get('otp')?.trim() !== transaction.oneTimeCode) {
    return advance(platform, exchange, transaction, 'That code is not right. Enter the code that is shown.');
  }
  satisfy(step.account, step.required);
  return advance(platform, exchange, transaction);
}

function decide(platform: Platform, exchange: Exchange, transaction: Transaction): Answer {
  const { form } = exchange;
  const step = stepOf(platform, transaction, 'consent');
  if (step === undefined) {
    return advance(platform, exchange, transaction);
  }
  if (form.get('decision') !== 'accept') {
    return decline(platform, exchange, transaction, step.needsAdministrator ? 90094 : 65004);
  }
  if (!step.needsAdministrator) {
    recordConsent(platform, transaction, step, form.get('organization') === 'true');
  }
  return advance(platform, exchange, transaction);
}

/** A form counts only for the step that is due: nobody consents before having signed in. */
function stepOf<K extends NextStep['kind']>(
  platform: Platform,
  transaction: Transaction,
  kind: K,
): Extract<NextStep, { kind: K }> | undefined {
  const step = nextStep(platform, transaction);
  return step.kind === kind ? (step as Extract<NextStep, { kind: K }>) : undefined;
}

function recordConsent(
  platform: Platform,
  transaction: Transaction,
  { account: { user }, missing }: Extract<NextStep, { kind: 'consent' }>,
  forOrganization: boolean,
): void {
  const { application } = transaction.request;
  const scopes = [
    ...missing.oidcWords,
    ...missing.items.flatMap(({ resource, scopes: values }) =>
      values.map((value) => `${resource.clientId}/${value}`),
    ),
  ];
  const isForAll = forOrganization && user.isAdministrator;
  platform.consents.grant({
    clientId: application.clientId,
    scopes,
    ...(isForAll ? {} : { userId: user.oid }),
  });
  transaction.account ??= transaction.session.accounts.find((account) => account.user === user);
  transaction.hasConsented = true;
}

function decline(platform: Platform, exchange: Exchange, transaction: Transaction, code: AadstsCode): Answer {
  const { application, target } = transaction.request;
  platform.transactions.end(transaction);
  const error = new AadstsError(code, [application.name]);
  return replyWithError(target, error, exchange, platform.now(), { error_subcode: 'cancel' });
}

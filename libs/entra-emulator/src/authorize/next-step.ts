import { AadstsError } from '../errors/aadsts-error.js';
import { checkAssignment } from '../grants/delegated-access.js';
import { checkAccount } from '../grants/signed-in-user.js';
import type { Platform } from '../platform.js';
import { isCurrent, type SignedInAccount } from './browser-sessions.js';
import { usableAccounts } from './candidate-accounts.js';
import { findResource, missingConsent, type MissingConsent } from './missing-consent.js';
import { requiredAuthentication, type RequiredAuthentication } from './required-authentication.js';
import type { Transaction } from './transactions.js';

/** What a sign-in needs next. */
export type NextStep =
  | { readonly kind: 'choose-user'; readonly usable: readonly SignedInAccount[] }
  | {
      readonly kind: 'multi-factor';
      readonly account: SignedInAccount;
      readonly required: RequiredAuthentication;
    }
  | {
      readonly kind: 'consent';
      readonly account: SignedInAccount;
      readonly missing: MissingConsent;
      /** True when the user may not decide: an administrator has to. */
      readonly needsAdministrator: boolean;
    }
  | { readonly kind: 'done'; readonly account: SignedInAccount };

/**
 * Decides what comes next, in Entra's order: the user, the account and its assignment, conditional access, consent.
 * What the user cannot clear is thrown.
 */
export function nextStep(platform: Platform, transaction: Transaction): NextStep {
  const { request } = transaction;
  const usable = usableAccounts(transaction.session, request);
  const account = chosenAccount(transaction) ?? accountToGoOnWith(transaction, usable);
  if (account === undefined) {
    return { kind: 'choose-user', usable };
  }
  const { user } = account;
  checkAccount(user);
  checkAssignment(request.application, user);
  for (const { resource } of request.scopes.resources) {
    checkAssignment(findResource(platform, user.tenantId, resource), user);
  }
  const required = requiredAuthentication(platform, request, account);
  if (required !== undefined) {
    return { kind: 'multi-factor', account, required };
  }
  const isAsked = request.prompt === 'consent' && !transaction.hasConsented;
  const missing = missingConsent(platform, request, user, isAsked);
  if (missing.items.length > 0 || missing.oidcWords.length > 0) {
    const needsAdministrator =
      !user.isAdministrator && missing.items.some(({ adminOnly }) => adminOnly.length > 0);
    return { kind: 'consent', account, missing, needsAdministrator };
  }
  return { kind: 'done', account };
}

/** The refusal of `prompt=none` where a user would have to do something (OpenID Connect Core §3.1.2.6). */
export function silentRefusal(
  step: Exclude<NextStep, { kind: 'done' }>,
  transaction: Transaction,
): AadstsError {
  const { application, sessionId } = transaction.request;
  switch (step.kind) {
    case 'choose-user':
      if (step.usable.length > 1) {
        return new AadstsError(16000);
      }
      return new AadstsError(
        sessionId !== undefined && transaction.session.accounts.length > 0 ? 160021 : 50058,
      );
    case 'multi-factor':
      return step.required.refusal;
    case 'consent':
      return new AadstsError(65001, [application.clientId, application.name], { error: 'consent_required' });
  }
}

/** The user chosen before, unless the sessions were revoked since. */
function chosenAccount({ account }: Transaction): SignedInAccount | undefined {
  return account !== undefined && (isCurrent(account) || account.user.deleted) ? account : undefined;
}

/** A single account that fits signs on by itself, unless the client wants the user to choose or to sign in anew. */
function accountToGoOnWith(
  { request: { prompt } }: Transaction,
  usable: readonly SignedInAccount[],
): SignedInAccount | undefined {
  const mustChoose = prompt === 'login' || prompt === 'select_account' || usable.length !== 1;
  return mustChoose ? undefined : usable[0];
}

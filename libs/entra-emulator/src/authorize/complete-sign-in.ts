import type { Answer } from '../endpoints/answer.js';
import type { Platform } from '../platform.js';
import type { SignedInAccount } from './browser-sessions.js';
import { reply } from './reply.js';
import type { Transaction } from './transactions.js';

/** Sends the browser back to the client with an authorization code (RFC 6749 §4.1.2). */
export function completeSignIn(
  platform: Platform,
  transaction: Transaction,
  account: SignedInAccount,
): Answer {
  const { request } = transaction;
  const { application, target } = request;
  const { user, sessionId } = account;
  platform.directory.provision(application, user.tenantId);
  platform.transactions.end(transaction);
  const code = platform.authorizationCodes.issue({
    clientId: application.clientId,
    tenantId: user.tenantId,
    user,
    redirectUri: target.redirectUri,
    platform: target.platform,
    codeChallenge: request.codeChallenge,
    scope: request.scope,
    nonce: request.nonce,
    sessionId,
    satisfied: new Set(account.satisfied),
    authenticationContexts: [...account.authenticationContexts],
    issuedAt: platform.now(),
  });
  const clientInfo = JSON.stringify({ uid: user.oid, utid: user.tenantId });
  return reply(target, {
    code,
    ...(request.wantsClientInfo ? { client_info: Buffer.from(clientInfo).toString('base64url') } : {}),
    ...(request.wantsInstance ? { cloud_instance_host_name: new URL(platform.url).host } : {}),
    session_state: sessionId,
  });
}

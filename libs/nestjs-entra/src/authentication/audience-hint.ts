import type { ResolvedOptions } from '../options/resolved-options.js';
import { quoteForLog } from '../errors/log-text.js';

/** What to do about a token whose audience is not accepted, for the log; empty when nothing is known. */
export function audienceHint(claims: Readonly<Record<string, unknown>>, options: ResolvedOptions): string {
  const { aud, ver } = claims;
  const { clientId, audiences } = options;
  if (isForGraph(claims, options)) {
    return ` That is Microsoft Graph: the client has to ask for a scope of this API, such as api://${clientId}/access_as_user`;
  }
  if (aud === clientId) {
    return ` That is the client id of this API, the audience of its v2.0 tokens: set audience to ${JSON.stringify([...audiences, clientId])}, or leave audience out`;
  }
  if (ver === '1.0' && typeof aud === 'string' && aud.includes('://')) {
    return ` v1.0 tokens carry the Application ID URI that the client asked for: if it is one of this API, set audience to a list that has ${quoteForLog(aud)} as well, or set requestedAccessTokenVersion to 2 in the manifest, so that aud is the client id`;
  }
  return '';
}

/**
 * Whether a token is meant for Microsoft Graph. Its signature holds nowhere but there, so that without a look at
 * the audience beforehand the most frequent mistake of clients would read as a forgery.
 */
export function isForGraph(
  { aud }: Readonly<Record<string, unknown>>,
  { authority }: ResolvedOptions,
): boolean {
  return [aud]
    .flat()
    .some((name) => name === authority.graphResource || name === '00000003-0000-0000-c000-000000000000');
}

import { challengedClaims, claimsOfBody, isAnsweredByBody, MAX_CHALLENGE_BODY } from './claims-challenge.js';

/**
 * The claims request of a 401, from its header, or from its body where the header asks for claims without naming them.
 * The body can still be read: the code that made the call gets this response when there is no better token.
 */
export async function claimsOfResponse(response: Response): Promise<string | undefined> {
  const header = response.headers.get('www-authenticate');
  return isAnsweredByBody(header) ? claimsOfBody(await copiedBody(response)) : challengedClaims(header);
}

async function copiedBody(response: Response): Promise<Uint8Array | undefined> {
  const reader = response.clone().body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return Buffer.concat(chunks);
      length += chunk.value.byteLength;
      if (length > MAX_CHALLENGE_BODY) break;
      chunks.push(chunk.value);
    }
  } catch {
    return undefined; // The response itself tells the code that made the call.
  }
  // Not awaited: a copy has been cancelled only once the original is cancelled too.
  void reader?.cancel().catch(() => undefined);
  return undefined;
}

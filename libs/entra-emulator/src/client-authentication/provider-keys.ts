import { createPublicKey, type KeyObject } from 'node:crypto';
import { AadstsError } from '../errors/aadsts-error.js';

/** How long an identity provider may take for its metadata and keys together, in milliseconds. */
const TIMEOUT_MS = 3000;

/** Largest document that is read, in characters. */
const MAX_DOCUMENT_LENGTH = 1024 * 1024;

/** A public key of an identity provider. */
export interface ProviderKey {
  readonly kid: unknown;
  readonly key: KeyObject;
}

/** Fetches the keys of an identity provider (OpenID Connect Discovery §4). Any failure is AADSTS900612. */
export async function fetchProviderKeys(
  fetch: typeof globalThis.fetch,
  issuer: string,
): Promise<ProviderKey[]> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const metadataUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const metadata = await fetchObject(fetch, metadataUrl, signal);
    const { keys } = await fetchObject(fetch, String(metadata['jwks_uri']), signal);
    return (keys as Record<string, unknown>[]).map((jwk) => ({
      kid: jwk['kid'],
      key: createPublicKey({ key: jwk, format: 'jwk' }),
    }));
  } catch {
    // Whatever is wrong with somebody else's keys, Entra tells the client only that they cannot be used.
    throw new AadstsError(900612);
  }
}

async function fetchObject(
  fetch: typeof globalThis.fetch,
  url: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal, redirect: 'error' });
  if (!response.ok || response.body === null) {
    throw new Error(`${url} answered ${response.status}.`);
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_DOCUMENT_LENGTH) {
      throw new Error(`${url} answered too much.`);
    }
  }
  return JSON.parse(text) as Record<string, unknown>;
}

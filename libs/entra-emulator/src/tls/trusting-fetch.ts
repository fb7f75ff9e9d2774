import { rootCertificates } from 'node:tls';
import { Agent, fetch as undiciFetch, type RequestInfo, type RequestInit } from 'undici';

/** A `fetch` with its own connections. */
export interface TrustingFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Ends its connections. */
  close(): Promise<void>;
}

/** A `fetch` that trusts `caCertificate` (PEM) beside the usual authorities. */
export function createTrustingFetch(caCertificate: string): TrustingFetch {
  const dispatcher = new Agent({ connect: { ca: [caCertificate, ...rootCertificates] } });
  const trustingFetch = async (input: unknown, init?: unknown) => {
    const options = { ...(init as RequestInit | undefined), dispatcher };
    if (input instanceof globalThis.Request) {
      // The runtime's Request is of another undici than ours, so its parts are handed over one by one.
      const { url, method, headers, signal } = input;
      const body = input.body === null ? null : new Uint8Array(await input.arrayBuffer());
      return undiciFetch(url, { method, headers: [...headers], signal, body, ...options });
    }
    return undiciFetch(input as RequestInfo, options);
  };
  return {
    // Both are the Fetch standard; only the type declarations have different origins.
    fetch: trustingFetch as unknown as typeof globalThis.fetch,
    close: () => dispatcher.destroy(),
  };
}

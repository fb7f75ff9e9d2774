import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a managed identity endpoint was asked for. */
export interface ManagedIdentityRequest {
  readonly resource: string | null;
  readonly clientId: string | null;
  readonly apiVersion: string | null;
  readonly headers: IncomingMessage['headers'];
}

/** A managed identity endpoint on the loopback interface. */
export interface ManagedIdentityEndpoint {
  readonly url: string;
  readonly requests: readonly ManagedIdentityRequest[];
  /** Answers everything with this status from now on; `undefined` ends it. */
  fail(status: number | undefined): void;
}

const SECRET = 'the-identity-header';

/**
 * The token endpoints that Azure puts beside an application: App Service at `/msi/token`, which wants its header,
 * and the instance metadata service at `/metadata/identity/oauth2/token`, which wants `Metadata: true`.
 *
 * @param issue the token for a request, with its lifetime in seconds
 */
export async function startManagedIdentity(
  issue: (request: ManagedIdentityRequest) => { token: string; lifetimeSeconds: number },
): Promise<ManagedIdentityEndpoint> {
  const requests: ManagedIdentityRequest[] = [];
  let failure: number | undefined;
  const server = createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://loopback');
    // msal-node puts a slash at the end.
    const path = pathname.replace(/\/$/, '');
    const isAllowed =
      (path === '/msi/token' && incoming.headers['x-identity-header'] === SECRET) ||
      (path === '/metadata/identity/oauth2/token' && incoming.headers['metadata'] === 'true');
    const request = {
      resource: searchParams.get('resource'),
      clientId: searchParams.get('client_id'),
      apiVersion: searchParams.get('api-version'),
      headers: incoming.headers,
    };
    response.setHeader('content-type', 'application/json');
    if (!isAllowed || failure !== undefined) {
      response.statusCode = failure ?? 401;
      response.end(JSON.stringify({ error: 'invalid_request', error_description: 'canary of the endpoint' }));
      return;
    }
    requests.push(request);
    const { token, lifetimeSeconds } = issue(request);
    const expiresOn = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    response.end(
      JSON.stringify({
        access_token: token,
        expires_on: String(expiresOn),
        resource: request.resource,
        token_type: 'Bearer',
        client_id: request.clientId ?? '00000000-0000-4000-8000-000000000001',
      }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (status) => (failure = status),
  };
}

/** The variables by which App Service tells an application of its endpoint. */
export function appServiceVariables({ url }: ManagedIdentityEndpoint): Record<string, string> {
  return { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: SECRET };
}

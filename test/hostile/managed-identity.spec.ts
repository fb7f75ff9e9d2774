import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManagedIdentitySource } from '../../libs/nestjs-entra/src/credentials/sources/managed-identity.source.js';

const SECRET = 'canary-of-the-endpoint';
const IDENTITY = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';

/** What the endpoint was sent, as far as it matters. */
interface Seen {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

async function startEndpoint(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback');
      const { metadata, secret, 'x-identity-header': header, authorization } = request.headers;
      seen.push({
        method: request.method,
        path: pathname.replace(/\/$/, ''), // msal-node puts a slash at the end.
        query: Object.fromEntries(searchParams),
        headers: { metadata, secret, header, authorization },
        body: Buffer.concat(chunks).toString(),
      });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const issuing = (response: ServerResponse) =>
  void response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      access_token: 'issued',
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource: 'api://AzureADTokenExchange',
      token_type: 'Bearer',
      client_id: IDENTITY,
    }),
  );

/** The variables by which each place tells an application of its endpoint. */
const PLACES: Record<string, (url: string) => Record<string, string>> = {
  'Service Fabric': (url) => ({
    IDENTITY_ENDPOINT: `${url}/sf`,
    IDENTITY_HEADER: SECRET,
    IDENTITY_SERVER_THUMBPRINT: 'AB12',
  }),
  'App Service': (url) => ({ IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: SECRET }),
  'Machine Learning': (url) => ({
    MSI_ENDPOINT: `${url}/ml`,
    MSI_SECRET: SECRET,
    DEFAULT_IDENTITY_CLIENT_ID: '00000000-0000-4000-8000-00000000000d',
  }),
  'Cloud Shell': (url) => ({ MSI_ENDPOINT: `${url}/shell` }),
  'Azure Arc': (url) => ({ IDENTITY_ENDPOINT: `${url}/arc`, IMDS_ENDPOINT: url }),
  'the instance metadata service': (url) => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: url }),
};

function sourceIn(variables: Record<string, string>, clientId?: string, timeoutMs = 5_000) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const sourceType = 'SignedAssertionFromManagedIdentity';
  return new ManagedIdentitySource({ sourceType, managedIdentityClientId: clientId }, { timeoutMs });
}

afterEach(() => vi.unstubAllEnvs());

/** msal-node in a process of its own: it keeps the endpoint that it finds first. */
async function askWithMsalNode(variables: Record<string, string>, clientId: string | undefined) {
  const script = `
    const { ManagedIdentityApplication } = require('@azure/msal-node');
    const userAssignedClientId = process.env.TEST_CLIENT_ID;
    new ManagedIdentityApplication(userAssignedClientId ? { managedIdentityIdParams: { userAssignedClientId } } : {})
      .acquireToken({ resource: 'api://AzureADTokenExchange' })
      .then(({ accessToken }) => console.log(accessToken));`;
  const env = { PATH: process.env['PATH'], ...variables, ...(clientId && { TEST_CLIENT_ID: clientId }) };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env, timeout: 20_000 });
  return stdout.trim();
}

describe.each(Object.entries(PLACES))('The managed identity of %s', (place, variablesOf) => {
  it.each([undefined, IDENTITY])('is asked for a token as msal-node asks, client id %s', async (clientId) => {
    if (place === 'Cloud Shell' && clientId !== undefined) return;
    const endpoint = await startEndpoint(issuing);
    const variables = variablesOf(endpoint.url);
    const loaded = await sourceIn(variables, clientId).load();
    expect(await loaded.authenticate({ clientId: '', tokenEndpoint: '' })).toEqual({
      clientAssertion: 'issued',
    });
    expect(await askWithMsalNode(variables, clientId)).toBe('issued');
    const [own, ofMsalNode] = endpoint.seen;
    expect(own).toEqual(ofMsalNode);
  });

  it.each([301, 302, 303, 307, 308])('sends nothing on after a redirect with status %i', async (status) => {
    const elsewhere = await startEndpoint(issuing);
    const endpoint = await startEndpoint((response) =>
      response.writeHead(status, { location: `${elsewhere.url}/stolen` }).end(),
    );
    const refused = sourceIn(variablesOf(endpoint.url)).load();
    await expect(refused).rejects.toThrow(`got no token of the managed identity (status ${status})`);
    expect([endpoint.seen.length, elsewhere.seen.length]).toEqual([1, 0]);
  });
});

describe('A managed identity endpoint that is hostile', () => {
  const variablesOf = PLACES['App Service']!;

  it('is read no further than a mebibyte', async () => {
    let written = 0;
    const endpoint = await startEndpoint((response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    await expect(sourceIn(variablesOf(endpoint.url)).load()).rejects.toThrow('(an answer that is too long)');
    const atEnd = written;
    await vi.waitFor(() => expect(written).toBe(atEnd));
    expect(written).toBeLessThan(16 * 1024 * 1024); // What the sockets of both sides hold, besides.
  });

  it('that drips its body is left at the deadline, and its connection is closed', async () => {
    let isClosed = false;
    const endpoint = await startEndpoint((response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => {
        clearInterval(drip);
        isClosed = true;
      });
    });
    const started = performance.now();
    await expect(sourceIn(variablesOf(endpoint.url), undefined, 300).load()).rejects.toThrow(
      '(no answer in time)',
    );
    expect(performance.now() - started).toBeLessThan(3_000);
    await vi.waitFor(() => expect(isClosed).toBe(true));
  });

  it('is named by the code of the failure when it cannot be reached', async () => {
    // Not one of the ports that fetch refuses by itself.
    const closed = sourceIn({ ...variablesOf('http://127.0.0.1:2'), IDENTITY_HEADER: SECRET }).load();
    await expect(closed).rejects.toThrow('(ECONNREFUSED)');
  });

  it.each(['not a URL', 'file:///etc/passwd', 'javascript:alert(1)'])(
    'stops at an endpoint that is %s, which it does not quote',
    async (value) => {
      const error: unknown = await sourceIn({ IDENTITY_ENDPOINT: value, IDENTITY_HEADER: SECRET })
        .load()
        .catch((reason: unknown) => reason);
      expect(String(error)).toContain('found no http(s) URL in the environment variable IDENTITY_ENDPOINT');
      expect(String(error)).not.toContain(value);
    },
  );

  it('that answers for another identity is not believed on Azure Arc', async () => {
    const endpoint = await startEndpoint(issuing);
    const other = '00000000-0000-4000-8000-00000000000e';
    await expect(sourceIn(PLACES['Azure Arc']!(endpoint.url), other).load()).rejects.toThrow(
      'Azure Arc returned another identity than managedIdentityClientId',
    );
  });
});

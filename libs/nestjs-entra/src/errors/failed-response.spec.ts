import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClientCredentialError, IdentityPlatformUnavailableError } from './acquisition.errors.js';
import { InsufficientScopeError } from './authorization.errors.js';
import { carryErrorHeaders } from './failed-response.js';
import { InvalidTokenError, MissingTokenError } from './token.errors.js';

const parameters = { clientId: 'client', authorizationUri: 'https://login.example' };
const CHALLENGE = 'Bearer realm="client", authorization_uri="https://login.example"';

/** What a client of a server gets whose handler is this. */
async function answerOf(handle: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => handle(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`);
  const headers: IncomingHttpHeaders = Object.fromEntries(response.headers);
  return { status: response.status, text: await response.text(), headers };
}

describe('carryErrorHeaders', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['its status and end()', (response) => void Object.assign(response, { statusCode: 401 }).end('x')],
    ['writeHead()', (response) => void response.writeHead(401).end('x')],
    ['writeHead() with headers', (response) => void response.writeHead(401, { 'x-a': '1' }).end('x')],
    ['writeHead() with a reason', (response) => void response.writeHead(401, 'Why', { 'x-a': '1' }).end('x')],
    ['writeHead() with a list', (response) => void response.writeHead(401, ['x-a', '1']).end('x')],
    [
      'a first write()',
      (response) => {
        Object.assign(response, { statusCode: 401 }).write('x');
        response.end();
      },
    ],
  ])('joins an answer with the status of the error, by %s', async (how, write) => {
    const { status, text, headers } = await answerOf((response) => {
      carryErrorHeaders(response, new MissingTokenError(), parameters);
      write(response);
    });
    expect([status, text]).toEqual([401, 'x']);
    expect(headers['www-authenticate']).toBe(CHALLENGE);
    expect(headers['access-control-expose-headers']).toBe('WWW-Authenticate');
    expect(headers['x-a']).toBe(how.includes(' with a ') || how.includes('headers') ? '1' : undefined);
  });

  it('stays away from an answer with another status', async () => {
    const { headers } = await answerOf((response) => {
      carryErrorHeaders(response, new MissingTokenError(), parameters);
      response.writeHead(200, { 'x-a': '1' }).end();
    });
    expect(headers['www-authenticate']).toBeUndefined();
    expect(headers['access-control-expose-headers']).toBeUndefined();
    expect(headers['x-a']).toBe('1');
  });

  it('leaves a challenge of the application’s own, and adds to what it exposes', async () => {
    const { headers } = await answerOf((response) => {
      carryErrorHeaders(response, new MissingTokenError(), parameters);
      response.setHeader('Access-Control-Expose-Headers', 'X-Total');
      response.writeHead(401, { 'WWW-Authenticate': 'Own' }).end();
    });
    expect(headers['www-authenticate']).toBe('Own');
    expect(headers['access-control-expose-headers']).toBe('X-Total, WWW-Authenticate');
  });

  it('lets a page read when to come back', async () => {
    const { headers } = await answerOf((response) => {
      carryErrorHeaders(
        response,
        new IdentityPlatformUnavailableError('r', { retryAfterSeconds: 17 }),
        parameters,
      );
      response.writeHead(503).end();
    });
    expect(headers['retry-after']).toBe('17');
    expect(headers['access-control-expose-headers']).toBe('Retry-After');
  });

  it('goes by the last error of a request', async () => {
    const { headers } = await answerOf((response) => {
      carryErrorHeaders(response, new InvalidTokenError('token_expired'), parameters);
      carryErrorHeaders(response, new InsufficientScopeError(['a']), { ...parameters, clientId: 'other' });
      response.writeHead(403).end();
    });
    expect(headers['www-authenticate']).toContain('realm="other"');
    expect(headers['www-authenticate']).toContain('scope="a"');
  });

  it('replaces writeHead() once, however often a handler tries', () => {
    const response = { writeHead() {}, setHeader() {}, getHeader() {} };
    const replaced = new Set<unknown>();
    for (let time = 0; time < 100; time++) {
      carryErrorHeaders(response, new MissingTokenError(), parameters);
      replaced.add(response.writeHead);
    }
    expect(replaced.size).toBe(1);
  });

  it.each([
    ['an error without headers', { writeHead: 1, setHeader: 1 }, new ClientCredentialError('r')],
    ['what is no response', { raw: undefined }, new MissingTokenError()],
    ['what is no response either', {}, new MissingTokenError()],
  ])('leaves alone %s', (_what, response, error) => {
    const before = { ...response };
    carryErrorHeaders(response, error, parameters);
    expect(response).toEqual(before);
  });
});

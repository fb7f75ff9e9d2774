import { inspect } from 'node:util';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AcquiredTokens } from '../acquisition/acquired-tokens.js';
import { ScopeRequests } from '../acquisition/scope-requests.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { Assertion } from '../caller/assertion.js';
import { CallerContext } from '../caller/caller-context.js';
import { toEntraUser } from '../caller/entra-user.js';
import { linkScope } from '../caller/validated-user.js';
import { rememberedTokens, rememberTokens } from './request-tokens.js';

const GRAPH = 'https://graph.microsoft.com';
const token = {
  accessToken: 'canary',
  expiresAt: 0,
  requested: [],
  serveUntil: 0,
  refreshAt: Infinity,
  clockAnchor: 0,
  scopes: ['User.Read'],
  names: new Set(['user.read']),
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: 'c',
};
const scopes = new ScopeRequests(GRAPH);
const tokens = () => new AcquiredTokens(scopes.of(['User.Read']), [token], scopes);

/** A handler that serves a request. */
const serving = (request: object, handler: object = Orders.prototype.read, controller: object = Orders) =>
  ({
    getType: () => 'http',
    getClass: () => controller,
    getHandler: () => handler,
    switchToHttp: () => ({ getRequest: () => request }),
  }) as unknown as ExecutionContext;

/** Runs work in the context of a request whose caller was accepted. */
function inContextOf(request: object, work: () => void): void {
  const context = new CallerContext();
  context.run(request, () => {
    const scope = context.scopeOf(request);
    const claims = {
      aud: 'a',
      iss: 'i',
      exp: 1,
      ver: '2.0',
      tid: 't',
      sub: 's',
      scp: 'x',
      oid: 'o',
    } as const;
    scope.caller = { user: toEntraUser(claims), assertion: new Assertion('token') };
    linkScope(scope);
    work();
  });
}

class Orders {
  read(this: void) {}
  write(this: void) {}
}
class MoreOrders extends Orders {}

describe('the tokens of a request', () => {
  it('are kept apart by handler and by class, for a GraphQL query has several resolvers', () => {
    const request = {};
    const { read, write } = Orders.prototype;
    const executions = [
      serving(request, read),
      serving(request, write),
      serving(request, read, MoreOrders),
    ].map((execution) => ({ execution, remembered: tokens() }));
    inContextOf(request, () => {
      // A socket serves each handler again and again.
      for (let round = 0; round < 3; round++) {
        for (const { execution } of executions) rememberTokens(execution, tokens());
      }
      for (const { execution, remembered } of executions) rememberTokens(execution, remembered);
      for (const { execution, remembered } of executions) {
        expect(rememberedTokens(execution)).toBe(remembered);
      }
      expect(() => rememberedTokens(serving(request, write, MoreOrders))).toThrow(ConfigurationError);
    });
    expect.assertions(4);
  });

  it('are those of the last prefetch', () => {
    const request = {};
    const last = tokens();
    inContextOf(request, () => {
      rememberTokens(serving(request), tokens());
      rememberTokens(serving(request), last);
      expect(rememberedTokens(serving(request))).toBe(last);
    });
    expect.assertions(1);
  });

  it('are not those of another request, nor of a copy of their own', () => {
    const request = {};
    inContextOf(request, () => {
      rememberTokens(serving(request), tokens());
      for (const other of [{}, { ...request }, Object.create(request) as object]) {
        expect(() => rememberedTokens(serving(other))).toThrow(ConfigurationError);
      }
    });
    expect.assertions(3);
  });

  it('are not given outside the context of their request, nor after its end', () => {
    const request = { socket: { destroyed: false } };
    inContextOf(request, () => {
      rememberTokens(serving(request), tokens());
      request.socket.destroyed = true;
      expect(() => rememberedTokens(serving(request))).toThrow(NoUserAssertionError);
      request.socket.destroyed = false;
    });
    expect(() => rememberedTokens(serving(request))).toThrow('not in its own asynchronous context');
    expect.assertions(2);
  });

  it('are asked for in vain, and a sentence says what to do, on a route without @DownstreamScopes()', () => {
    expect(() => rememberedTokens(serving({}))).toThrow(
      '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
    );
  });

  it('show in no log of the request', () => {
    const request = { url: '/' };
    inContextOf(request, () => {
      rememberTokens(serving(request), tokens());
      const shown = inspect(request, { depth: 9, showHidden: true });
      expect(shown + JSON.stringify({ ...request })).not.toContain('canary');
    });
    expect.assertions(1);
  });
});

import { inspect } from 'node:util';
import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { AcquiredTokens } from '../acquisition/acquired-tokens.js';
import { ScopeRequests } from '../acquisition/scope-requests.js';
import { ConfigurationError } from '../errors/configuration.error.js';
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
    for (const { execution, remembered } of executions) rememberTokens(execution, remembered);
    for (const { execution, remembered } of executions) expect(rememberedTokens(execution)).toBe(remembered);
    expect(() => rememberedTokens(serving(request, write, MoreOrders))).toThrow(ConfigurationError);
  });

  it('are remembered with it', () => {
    const request = {};
    const remembered = tokens();
    rememberTokens(serving(request), remembered);
    expect(rememberedTokens(serving(request))).toBe(remembered);
  });

  it('are those of the last prefetch', () => {
    const request = {};
    const last = tokens();
    rememberTokens(serving(request), tokens());
    rememberTokens(serving(request), last);
    expect(rememberedTokens(serving(request))).toBe(last);
  });

  it('are not those of another request', () => {
    rememberTokens(serving({}), tokens());
    expect(() => rememberedTokens(serving({}))).toThrow(ConfigurationError);
  });

  it('are asked for in vain, and a sentence says what to do, on a route without @DownstreamScopes()', () => {
    expect(() => rememberedTokens(serving({}))).toThrow(
      '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
    );
  });

  it('show in no log of the request', () => {
    const request = { url: '/' };
    rememberTokens(serving(request), tokens());
    const shown = [inspect(request, { depth: 9, showHidden: true }), JSON.stringify({ ...request })].join(
      '\n',
    );
    expect(shown).not.toContain('canary');
  });
});

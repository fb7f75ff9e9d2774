import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CachedToken } from '../cache/cached-token.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { AcquiredTokens } from './acquired-tokens.js';
import { ScopeRequests } from './scope-requests.js';

const GRAPH = 'https://graph.microsoft.com';
const tokenOf = (accessToken: string): CachedToken => ({
  accessToken,
  expiresAt: 0,
  requested: [],
  serveUntil: 0,
  refreshAt: Infinity,
  clockAnchor: 0,
  scopes: [],
  names: new Set(),
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: 'c',
});
const scopes = new ScopeRequests(GRAPH);
const graph = tokenOf('canary-graph');
const api = tokenOf('canary-api');

describe('AcquiredTokens', () => {
  const both = new AcquiredTokens(scopes.of(['User.Read', 'api://x/Read']), [graph, api], scopes);

  it.each([
    ['User.Read', graph],
    [`${GRAPH}/Mail.Read`, graph],
    ['api://X/Read', api],
  ])('gives the token of the resource that %s belongs to', (scope, token) => {
    expect(both.for(scope)).toBe(token.accessToken);
  });

  it('gives the only token there is when no scope is named', () => {
    expect(new AcquiredTokens(scopes.of(['api://x/Read']), [api], scopes).for(undefined)).toBe('canary-api');
  });

  it('says what to do when the resource was not prefetched', () => {
    expect(() => both.for('api://y/Read')).toThrow(ConfigurationError);
    expect(() => both.for('api://y/Read')).toThrow(
      'No token for api://y/Read was prefetched; add it to @DownstreamScopes of the route.',
    );
  });

  it.each([
    [2, both],
    [0, new AcquiredTokens([], [], scopes)],
  ])('does not guess among %i tokens', (count, tokens) => {
    expect(() => tokens.for(undefined)).toThrow(
      `@DownstreamToken() without a scope stands on a route with downstream scopes of ${count} resources; name the scope.`,
    );
  });

  it('shows no token in inspect() or JSON', () => {
    expect(inspect(both, { depth: 9, showHidden: true }) + JSON.stringify(both)).not.toContain('canary');
  });
});

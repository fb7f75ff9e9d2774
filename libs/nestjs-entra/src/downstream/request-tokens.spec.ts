import { inspect } from 'node:util';
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
  scopes: ['User.Read'],
  names: new Set(['user.read']),
  tenantId: 't',
  userId: 'u',
  assertionId: 'a',
  correlationId: 'c',
};
const scopes = new ScopeRequests(GRAPH);
const tokens = () => new AcquiredTokens(scopes.of(['User.Read']), [token], scopes);

describe('the tokens of a request', () => {
  it('are remembered with it', () => {
    const request = {};
    const remembered = tokens();
    rememberTokens(request, remembered);
    expect(rememberedTokens(request)).toBe(remembered);
  });

  it('are those of the last prefetch', () => {
    const request = {};
    const last = tokens();
    rememberTokens(request, tokens());
    rememberTokens(request, last);
    expect(rememberedTokens(request)).toBe(last);
  });

  it('are not those of another request', () => {
    rememberTokens({}, tokens());
    expect(() => rememberedTokens({})).toThrow(ConfigurationError);
  });

  it('are asked for in vain, and a sentence says what to do, on a route without @DownstreamScopes()', () => {
    expect(() => rememberedTokens({})).toThrow(
      '@DownstreamToken() stands on a route without @DownstreamScopes(); name the scope in either.',
    );
  });

  it('show in no log of the request', () => {
    const request = { url: '/' };
    rememberTokens(request, tokens());
    const shown = [inspect(request, { depth: 9, showHidden: true }), JSON.stringify({ ...request })].join(
      '\n',
    );
    expect(shown).not.toContain('canary');
  });
});

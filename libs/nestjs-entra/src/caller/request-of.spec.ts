import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { requestOf } from './request-of.js';

const contextOf = (type: string, args: unknown[]): ExecutionContext => {
  const context = new ExecutionContextHost(args);
  context.setType(type);
  return context;
};

describe('requestOf', () => {
  const request = { url: '/' };

  it('returns the first argument in HTTP', () => {
    expect(requestOf(contextOf('http', [request, {}, () => undefined]))).toBe(request);
  });

  it.each<[string, unknown[]]>([
    ['ws', [request, 'data']],
    ['rpc', [request, {}]],
    ['rpc', [undefined, {}]],
  ])('returns nothing in %s, where the first argument comes from the sender', (type, args) => {
    expect(requestOf(contextOf(type, args))).toBeUndefined();
  });

  it.each(['req', 'request'])('of GraphQL is %s of its context', (member) => {
    expect(requestOf(contextOf('graphql', [{ parent: true }, {}, { [member]: request }, {}]))).toBe(request);
  });

  it('returns nothing when the GraphQL context carries no request, whatever the parent is', () => {
    expect(requestOf(contextOf('graphql', [request, {}, {}, {}]))).toBeUndefined();
  });
});

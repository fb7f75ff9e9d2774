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

  it.each<[string, unknown[]]>([
    ['http', [request, {}, () => undefined]],
    ['ws', [request, 'data']],
    ['rpc', [request, {}]],
  ])('of %s is the first argument', (type, args) => {
    expect(requestOf(contextOf(type, args))).toBe(request);
  });

  it.each(['req', 'request'])('of GraphQL is %s of its context', (member) => {
    expect(requestOf(contextOf('graphql', [{ parent: true }, {}, { [member]: request }, {}]))).toBe(request);
  });

  it('of a GraphQL context without one is the first argument', () => {
    expect(requestOf(contextOf('graphql', [request, {}, {}, {}]))).toBe(request);
  });
});

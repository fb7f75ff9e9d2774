import { Logger, type ArgumentsHost } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { isObservable, lastValueFrom, type Observable } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { IdentityPlatformUnavailableError, NoUserAssertionError } from './acquisition.errors.js';
import { InsufficientScopeError } from './authorization.errors.js';
import type { EntraAuthError } from './entra-auth.error.js';
import { EntraExceptionFilter } from './entra-exception.filter.js';

/** Lets an error pass through the filter. */
const pass = (error: EntraAuthError, host: ArgumentsHost, showErrorDetails = false): unknown => {
  const parameters = {
    clientId: 'api',
    authorizationUri: 'https://login.example/authorize',
    showErrorDetails,
  };
  const filter = new EntraExceptionFilter({} as HttpAdapterHost, parameters);
  return filter.catch.call(filter, error, host);
};
const hostOf = (type: string, client: object = {}) =>
  ({ getType: () => type, switchToWs: () => ({ getClient: () => client }) }) as unknown as ArgumentsHost;

const denied = () => new InsufficientScopeError(['Read'], 'the canary of the log');
const told = {
  statusCode: 403,
  error: 'Forbidden',
  message: 'The access token lacks a scope or role that this request needs',
  code: 'insufficient_scope',
  wwwAuthenticate: expect.stringContaining('error="insufficient_scope"') as string,
};
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const error = vi.spyOn(Logger.prototype, 'error');
beforeEach(() => void error.mockReset().mockReturnValue(undefined));

describe('EntraExceptionFilter, where there is no response to write to', () => {
  it('throws in GraphQL what the caller may read, and keeps the cause for the application', () => {
    const cause = denied();
    const thrown = thrownBy(() => pass(cause, hostOf('graphql'))) as EntraAuthError;
    expect(thrown.getStatus()).toBe(403);
    expect(thrown.message).toBe(told.message);
    expect(thrown.getResponse()).toEqual(told);
    expect(thrown.cause).toBe(cause);
  });

  it('answers a message with an observable that fails, and throws nothing', async () => {
    const answer = pass(denied(), hostOf('rpc'));
    expect(isObservable(answer)).toBe(true);
    await expect(lastValueFrom(answer as Observable<unknown>)).rejects.toEqual(told);
  });

  it('tells a socket, and throws nothing, whatever the socket can do', () => {
    const emit = vi.fn();
    pass(denied(), hostOf('ws', { emit }));
    expect(emit.mock.calls).toEqual([['exception', told]]);
    expect(() => pass(denied(), hostOf('ws'))).not.toThrow();
  });

  it('says when to come back, and why where that is wanted', () => {
    const away = new IdentityPlatformUnavailableError('the canary of the log', { retryAfterSeconds: 7 });
    const thrown = thrownBy(() => pass(away, hostOf('graphql'), true)) as EntraAuthError;
    expect(thrown.getResponse()).toMatchObject({
      statusCode: 503,
      retryAfterSeconds: 7,
      details: expect.stringContaining('the canary of the log') as string,
    });
    expect(thrown.message).not.toContain('canary');
  });

  it.each(['rpc', 'ws', 'graphql'])('has a fault of the API in the log: %s', (type) => {
    thrownBy(() => pass(new NoUserAssertionError('nobody'), hostOf(type)));
    thrownBy(() => pass(denied(), hostOf(type)));
    expect(error.mock.calls.map(([line]) => line as unknown)).toEqual(['no_user_assertion: nobody']);
  });
});

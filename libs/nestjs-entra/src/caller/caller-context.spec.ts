import { describe, expect, it } from 'vitest';
import { Assertion } from './assertion.js';
import { CallerContext } from './caller-context.js';
import type { Caller } from './request-scope.js';
import { parametersOf } from '../errors/response-parameters.js';
import { MissingTokenError } from '../errors/token.errors.js';
import { toEntraUser } from './entra-user.js';

const callerOf = (oid: string): Caller => ({
  user: toEntraUser({ aud: 'a', iss: 'i', exp: 1, ver: '2.0', tid: 't', sub: 's', scp: 'x', oid }),
  assertion: new Assertion(oid),
});

describe('CallerContext', () => {
  it('knows no scope and no caller outside a request', () => {
    const context = new CallerContext();
    expect(context.scope).toBeUndefined();
    expect(context.caller).toBeUndefined();
  });

  it('opens a scope for a request and gives what the work gives', () => {
    const context = new CallerContext();
    const request = {};
    const seen = context.run(request, () => context.scope);
    expect(seen).toEqual({ request });
    expect(context.scope).toBeUndefined();
  });

  it('keeps overlapping requests apart, however their work interleaves', async () => {
    const context = new CallerContext();
    const open: (() => void)[] = [];
    const requests = [0, 1, 2].map((index) =>
      context.run({ index }, async () => {
        const oid = `user-${index}`;
        context.scopeOf(context.scope?.request ?? {}).caller = callerOf(oid);
        const before = context.caller?.user.oid;
        await new Promise<void>((resolve) => open.push(resolve));
        const inside = await Promise.resolve().then(() => context.caller?.user.oid);
        return [before, context.caller?.user.oid, inside];
      }),
    );
    for (const resume of open.toReversed()) resume();
    expect(await Promise.all(requests)).toEqual([
      ['user-0', 'user-0', 'user-0'],
      ['user-1', 'user-1', 'user-1'],
      ['user-2', 'user-2', 'user-2'],
    ]);
  });

  it('finds the scope that was opened for the request', () => {
    const context = new CallerContext();
    const request = {};
    context.run(request, () => {
      const scope = context.scopeOf(request);
      expect(scope).toBe(context.scope);
      expect(context.scopeOf(request)).toBe(scope);
    });
    expect.assertions(2);
  });

  it('refuses a request that is in the scope of another one, or in none, and leaves nothing behind', () => {
    const context = new CallerContext();
    const outer = {};
    expect(() => context.scopeOf({})).toThrow('not in its own asynchronous context');
    expect(context.scope).toBeUndefined();
    context.run(outer, () => {
      expect(() => context.scopeOf({})).toThrow('not in its own asynchronous context');
      expect(context.scope?.request).toBe(outer);
    });
    expect.assertions(4);
  });

  it('does not meet another context of the same process', () => {
    const [one, other] = [new CallerContext(), new CallerContext()];
    one.run({}, () => expect(other.scope).toBeUndefined());
    expect.assertions(1);
  });
});

describe('what failed in a request', () => {
  const parameters = {
    clientId: 'client',
    authorizationUri: 'https://login.example',
    showErrorDetails: false,
  };
  const responseOf = () => {
    const headers: Record<string, unknown> = {};
    return {
      headers,
      writeHead: (_status: number) => undefined,
      getHeader: (name: string) => headers[name],
      setHeader: (name: string, value: unknown) => (headers[name] = value),
    };
  };

  it('is given back as it is, with the parameters of the module', () => {
    const error = new MissingTokenError();
    expect(new CallerContext(parameters).failed(error)).toBe(error);
    expect(parametersOf(error)).toBe(parameters);
    expect(new CallerContext({ ...parameters, clientId: 'other' }).failed(error)).toBe(error);
    expect(parametersOf(error)).toBe(parameters);
  });

  it('gives its headers to the answer of the request', () => {
    const context = new CallerContext(parameters);
    const [own, other] = [responseOf(), responseOf()];
    context.run({}, () => context.failed(new MissingTokenError()), own);
    context.run({}, () => context.failed(new Error('none of ours')), other);
    for (const response of [own, other]) response.writeHead(401);
    expect(own.headers['WWW-Authenticate']).toBe(
      'Bearer realm="client", authorization_uri="https://login.example"',
    );
    expect(other.headers).toEqual({});
  });
});

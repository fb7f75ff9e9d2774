import 'reflect-metadata';
import { AsyncResource } from 'node:async_hooks';
import { generateKeyPairSync, sign } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { Logger, type ExecutionContext } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenAcquisitionService } from '../acquisition/token-acquisition.service.js';
import { CallerContext } from '../caller/caller-context.js';
import type { EntraUser } from '../caller/entra-user.js';
import type { TokenFlowObserver } from '../caller/token-flow.js';
import { NoUserAssertionError } from '../errors/acquisition.errors.js';
import { MissingTokenError } from '../errors/token.errors.js';
import type { EntraAuthOptions } from '../options/entra-auth-options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { AccessTokenValidator } from './access-token.validator.js';
import { CallerAdmission } from './caller-admission.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { Public } from './public.decorator.js';
import { SigningKeys } from './signing-keys.js';
import { TenantMetadata } from './tenant-metadata.js';

/** What is refused, and why in the log. */
const refusal = (code: string, reason: string) => expect.objectContaining({ code, reason }) as Error;

const TENANT = '7f3a1c52-0b1e-4f7a-9d43-1c2b3a4d5e6f';
const API = '2c9d8e71-5a34-4b0f-8a6d-90e1f2a3b4c5';
const USER = '0f1e2d3c-5a34-4b0f-8a6d-90e1f2a3b4c5';
const NOW = Math.floor(Date.now() / 1000);

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a' }] };
const tokenOf = (changes: object = {}): string => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = {
    aud: API,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    exp: NOW + 600,
    ver: '2.0',
    tid: TENANT,
    oid: USER,
    sub: 'subject',
    azp: API,
    scp: 'access_as_user',
    ...changes,
  };
  const input = `${encode({ alg: 'RS256', kid: 'a' })}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};

class OpenController {
  @Public()
  open(this: void) {}

  @Public(false)
  closed(this: void) {}

  @Public({ optional: true })
  optional(this: void) {}

  usual(this: void) {}
}
@Public()
class PublicController extends OpenController {}
const { open, closed, optional, usual } = OpenController.prototype;

/** Opens a path of its own. */
class OpenPathsGuard extends JwtAuthGuard {
  protected override isPublic(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<{ url: string }>().url === '/status' || super.isPublic(context);
  }
}

/** Opens nothing. */
class ClosedGuard extends JwtAuthGuard {
  protected override isPublic(): boolean {
    return false;
  }
}

interface Request {
  headers: { authorization?: string };
  user?: unknown;
}
const requestWith = (token?: string): Request => ({
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
});
const contextOf = (request: object, handler: () => void = usual, controller: object = OpenController) =>
  ({
    getType: () => 'http',
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  }) as unknown as ExecutionContext;

function setUp(
  changes: Partial<EntraAuthOptions> = {},
  strategyOf: typeof JwtStrategy = JwtStrategy,
  observer?: TokenFlowObserver,
  guardOf: typeof JwtAuthGuard = JwtAuthGuard,
) {
  const fetch = async () => Response.json(keySet);
  const options = resolveOptions({ tenantId: TENANT, clientId: API, network: { fetch }, ...changes });
  const context = new CallerContext(undefined, observer);
  const validator = new AccessTokenValidator(options, new SigningKeys(options), new TenantMetadata(options));
  const tokens = {} as TokenAcquisitionService;
  const callerAdmission = new CallerAdmission(options, context, tokens, validator);
  const strategy = new strategyOf();
  Object.assign(strategy, { callerAdmission });
  const guard = new guardOf(context, validator, strategy);
  const check = (request: Request, ...where: [handler?: () => void, controller?: object]) =>
    context.run(request, async () => {
      const passing = async () => guard.canActivate(contextOf(request, ...where));
      const passed: unknown = await passing().catch((error: unknown) => error);
      return { passed, caller: context.caller };
    });
  return { context, strategy, validator, guard, check };
}

const warn = vi.spyOn(Logger.prototype, 'warn');
const debug = vi.spyOn(Logger.prototype, 'debug');
beforeEach(() => {
  warn.mockReset().mockReturnValue(undefined);
  debug.mockReset().mockReturnValue(undefined);
});

describe('JwtAuthGuard', () => {
  it('makes the caller known, at first sight and later', async () => {
    const { check, strategy, validator } = setUp();
    const validate = vi.spyOn(strategy, 'validate');
    const prepare = vi.spyOn(validator, 'prepare');
    const token = tokenOf();
    for (let time = 1; time <= 3; time++) {
      const request = requestWith(token);
      const { passed, caller } = await check(request);
      expect(passed).toBe(true);
      expect(request.user).toMatchObject({ oid: USER });
      expect(caller?.user).toBe(request.user);
      expect(caller?.assertion.reveal()).toBe(token);
      expect(validate).toHaveBeenCalledTimes(time);
      // Verified once, and known from then on.
      expect(prepare).toHaveBeenCalledTimes(1);
      expect(validate.mock.lastCall?.slice(0, 2)).toEqual([request, expect.objectContaining({ oid: USER })]);
    }
    expect(warn).not.toHaveBeenCalled();
  });

  it.each<[string, object | undefined, () => void]>([
    ['in the scope of another request', {}, usual],
    ['in no scope', undefined, usual],
    ['in the scope of another request, on a public route', {}, open],
    ['in no scope, on a public route', undefined, open],
  ])('refuses a request %s, and leaves no caller behind', (_where, other, handler) => {
    const { context, guard } = setUp();
    const work = () => {
      expect(() => guard.canActivate(contextOf(requestWith(tokenOf()), handler))).toThrow(
        new NoUserAssertionError(
          'The request is not in its own asynchronous context: a middleware lost it, or this is no HTTP request. Let the middleware call next() through AsyncResource.bind().',
        ),
      );
      expect(context.caller).toBeUndefined();
    };
    if (other) context.run(other, work);
    else work();
    expect.assertions(2);
  });

  it.each<[string, () => void, object, boolean]>([
    ['a route', usual, OpenController, false],
    ['an open route', open, OpenController, true],
    ['a route that is closed again', closed, OpenController, false],
    ['a route of an open controller', usual, PublicController, true],
    ['a closed route of an open controller', closed, PublicController, false],
  ])('lets in without a token: %s', async (_what, handler, controller, isOpen) => {
    const { check } = setUp();
    const looked = vi.spyOn(Reflect, 'getOwnMetadata');
    for (let time = 0; time < 2; time++) {
      const request = requestWith();
      const { passed, caller } = await check(request, handler, controller);
      if (isOpen) expect(passed).toBe(true);
      else expect(passed).toBeInstanceOf(MissingTokenError);
      expect(caller).toBeUndefined();
      expect(request).not.toHaveProperty('user');
    }
    // The handler is read once, and its class once where the handler says nothing.
    const lookedUp = looked.mock.calls.map(([, target]) => target);
    looked.mockRestore();
    expect(new Set(lookedUp).size).toBe(lookedUp.length);
  });

  it('tells apart one handler of two controllers, and two handlers of one', async () => {
    const { check } = setUp();
    const passes = async (handler: () => void, controller: object) =>
      (await check(requestWith(), handler, controller)).passed === true;
    for (let time = 0; time < 2; time++) {
      expect(await passes(usual, OpenController)).toBe(false);
      expect(await passes(usual, PublicController)).toBe(true);
      expect(await passes(open, OpenController)).toBe(true);
      expect(await passes(closed, PublicController)).toBe(false);
    }
  });

  it('honors a subclass that opens further routes, and closes nothing that the decorator opened', async () => {
    const { check } = setUp({}, JwtStrategy, undefined, OpenPathsGuard);
    for (const [path, handler, passed] of [
      ['/status', usual, true],
      ['/other', usual, false],
      ['/other', open, true],
    ] as const) {
      const request = { ...requestWith(), url: path };
      expect([path, (await check(request, handler)).passed === true]).toEqual([path, passed]);
    }
  });

  it('asks for a token on an optional route that a subclass closes', async () => {
    const { check } = setUp({}, JwtStrategy, undefined, ClosedGuard);
    expect((await check(requestWith(), optional)).passed).toBeInstanceOf(MissingTokenError);
    expect((await check(requestWith(tokenOf()), optional)).passed).toBe(true);
  });

  it('lets a request without a bearer token through an optional route, as nobody', async () => {
    const { check } = setUp();
    for (const authorization of [undefined, 'Basic dXNlcg==', 'Digest username="a"']) {
      const request = { headers: { authorization } };
      expect(await check(request, optional)).toEqual({ passed: true, caller: undefined });
    }
  });

  it('rejects everything on an optional route that is neither a valid token nor the absence of one', async () => {
    const { check } = setUp();
    const rejected = async (request: object) => (await check(request as Request, optional)).passed;
    for (const authorization of ['Bearer', 'bearer ', 'Bearer undefined', 'Bearer a b', 'Bearerx y']) {
      expect([authorization, await rejected({ headers: { authorization } })]).toEqual([
        authorization,
        expect.any(Error),
      ]);
    }
    const several = ['Authorization', 'Basic a', 'authorization', 'Bearer b'];
    expect(await rejected({ headers: { authorization: 'Basic a' }, rawHeaders: several })).toMatchObject({
      code: 'authorization_malformed',
    });
    expect(await rejected({ headers: { authorization: ['Basic a', 'Bearer b'] } })).toMatchObject({
      code: 'authorization_malformed',
    });
  });

  it('says for the log why a token is refused, and makes nobody the caller', async () => {
    const { check } = setUp();
    const request = requestWith(tokenOf({ aud: 'another' }));
    const { passed, caller } = await check(request);
    expect(passed).toMatchObject({ code: 'token_audience' });
    expect(caller).toBeUndefined();
    expect(request).not.toHaveProperty('user');
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^401 token_audience: aud is "another"; this API/)],
    ]);
    expect(warn.mock.contexts).toEqual([expect.objectContaining({ context: 'EntraAuth' })]);
    expect(debug).not.toHaveBeenCalled();
  });

  it('says little of an expired token, and nothing of a missing one', async () => {
    const { check } = setUp();
    expect((await check(requestWith(tokenOf({ exp: NOW - 1_000 })))).passed).toMatchObject({
      code: 'token_expired',
    });
    expect(debug.mock.calls).toEqual([
      [expect.stringMatching(/^401 token_expired: exp was \d+ seconds ago$/)],
    ]);
    await check(requestWith());
    expect(debug).toHaveBeenCalledTimes(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])('refuses whom validate() makes nothing of (%s), at first sight and later', async (_what, nobody) => {
    const { check, strategy } = setUp();
    const token = tokenOf();
    expect((await check(requestWith(token))).passed).toBe(true);
    vi.spyOn(strategy, 'validate').mockReturnValue(nobody as EntraUser);
    for (const refused of [token, tokenOf({ jti: 'another' })]) {
      const request = requestWith(refused);
      const { passed, caller } = await check(request);
      expect(passed).toMatchObject({ code: 'token_rejected', reason: 'validate() returned no user' });
      expect(caller).toBeUndefined();
      expect(request).not.toHaveProperty('user');
    }
    expect(warn.mock.calls).toEqual(Array(2).fill(['401 token_rejected: validate() returned no user']));
  });

  it('tells who observes of public routes, and of nothing else by itself', async () => {
    const steps: unknown[] = [];
    const { check } = setUp({}, JwtStrategy, {
      opened: () => undefined,
      step: (_of, step) => steps.push(step),
    });
    await check(requestWith(), open);
    expect(steps).toEqual([{ kind: 'public_route' }]);
    await check(requestWith(), usual);
    expect(steps.slice(1)).toMatchObject([{ kind: 'failed' }]);
  });

  it('takes the caller back when validate() throws, and hands its error on', async () => {
    const { check, strategy } = setUp();
    const token = tokenOf();
    const error = new Error('no such member');
    await check(requestWith(token));
    vi.spyOn(strategy, 'validate').mockRejectedValue(error);
    for (const refused of [token, tokenOf({ jti: 'another' })]) {
      const { passed, caller } = await check(requestWith(refused));
      expect(passed).toBe(error);
      expect(caller).toBeUndefined();
    }
    expect(warn).not.toHaveBeenCalled();
  });

  it('takes the caller back when validate() throws at once', async () => {
    const { check, strategy } = setUp();
    const token = tokenOf();
    const error = new Error('no such member');
    await check(requestWith(token));
    vi.spyOn(strategy, 'validate').mockImplementation(() => {
      throw error;
    });
    for (const refused of [token, tokenOf({ jti: 'another' })]) {
      const { passed, caller } = await check(requestWith(refused));
      expect(passed).toBe(error);
      expect(caller).toBeUndefined();
    }
  });

  it('takes the caller back when the request takes no user', async () => {
    const { check, context, strategy } = setUp();
    const token = tokenOf();
    await check(requestWith(token));
    const later: unknown[] = [];
    vi.spyOn(strategy, 'validate').mockImplementation((_request, claims) => {
      setImmediate(() => later.push(context.caller));
      return { claims } as EntraUser;
    });
    for (const one of [token, tokenOf({ jti: 'another' })]) {
      const { passed, caller } = await check(Object.freeze(requestWith(one)));
      expect(passed).toBeInstanceOf(TypeError);
      expect(caller).toBeUndefined();
    }
    await new Promise(setImmediate);
    expect(later).toEqual([undefined, undefined]);
  });

  it('lets a known token through without a promise', async () => {
    const { check, context, guard } = setUp();
    const token = tokenOf();
    await check(requestWith(token));
    const request = requestWith(token);
    expect(context.run(request, () => guard.canActivate(contextOf(request)))).toBe(true);
  });

  it.each([
    ['passed', tokenOf()],
    ['was refused', tokenOf({ aud: 'another' })],
  ])('keeps nothing of a request that %s', async (_end, token) => {
    const { check, validator } = setUp();
    const request = requestWith(token);
    await check(request);
    expect(() => validator.keyFor(request)).toThrow(
      refusal('token_rejected', 'The request was not prepared by JwtAuthGuard'),
    );
  });

  it.each(['rpc', 'ws'])('lets a public message of %s through, and no other', (type) => {
    const { context, guard } = setUp();
    const message = {};
    const execution = (handler: () => void) => ({ ...contextOf(message, handler), getType: () => type });
    const refused = (handler: () => void) => () => guard.canActivate(execution(handler) as ExecutionContext);
    expect(refused(open)()).toBe(true);
    expect(refused(closed)).toThrow(NoUserAssertionError);
    expect(refused(usual)).toThrow(NoUserAssertionError);
    // It would act for the caller whose scope that is.
    for (const handler of [open, usual]) {
      expect(() => context.run({}, refused(handler))).toThrow(NoUserAssertionError);
    }
  });

  describe('asked twice in one request', () => {
    /** Asks at the same time, as resolvers of one GraphQL request do, or one after the other. */
    const askTwice = ({ context, guard }: ReturnType<typeof setUp>, token: string, other = token) => {
      const request = requestWith(token);
      const ask = async () => guard.canActivate(contextOf(request));
      return {
        together: () => context.run(request, () => Promise.allSettled([ask(), ask()])),
        inTurn: () =>
          context.run(request, async () => {
            const [first] = await Promise.allSettled([ask()]);
            request.headers.authorization = `Bearer ${other}`;
            return [first, ...(await Promise.allSettled([ask()]))];
          }),
      };
    };
    const passed = { status: 'fulfilled', value: true };
    const refused = { status: 'rejected' };

    it('runs validate() once', async () => {
      const world = setUp();
      const validate = vi.spyOn(world.strategy, 'validate');
      expect(await askTwice(world, tokenOf()).inTurn()).toEqual([passed, passed]);
      expect(validate).toHaveBeenCalledTimes(1);
    });

    it('lets nobody in before validate() has decided', async () => {
      const onTokenValidated = async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('no member');
      };
      const world = setUp({ onTokenValidated });
      const token = tokenOf();
      for (let time = 0; time < 2; time++) {
        expect(await askTwice(world, token).together()).toMatchObject([refused, refused]);
        expect(await askTwice(world, token).inTurn()).toMatchObject([refused, refused]);
      }
    });

    it('looks at a token that is another by then', async () => {
      const world = setUp();
      const answers = await askTwice(world, tokenOf(), tokenOf({ aud: 'another' })).inTurn();
      expect(answers).toMatchObject([passed, refused]);
    });

    it('refuses another valid token, and leaves the caller as it was', async () => {
      const { context, guard, check } = setUp();
      const [token, other] = [tokenOf(), tokenOf({ jti: 'another' })];
      await check(requestWith(other));
      const reason = 'The request showed another access token before';
      const request = requestWith(token);
      await context.run(request, async () => {
        const ask = async () => guard.canActivate(contextOf(request));
        const first = ask();
        request.headers.authorization = `Bearer ${other}`;
        await expect(ask()).rejects.toThrow(refusal('token_rejected', reason));
        expect(await first).toBe(true);
        await expect(ask()).rejects.toThrow(refusal('token_rejected', reason));
        expect(context.caller?.assertion.reveal()).toBe(token);
      });
      const line = `401 token_rejected: ${reason}`;
      expect(warn.mock.calls).toEqual([[line], [line]]);
    });

    it('decides anew once it has refused', async () => {
      const { context, guard, strategy } = setUp();
      vi.spyOn(strategy, 'validate').mockRejectedValueOnce(new Error('no answer'));
      const request = requestWith(tokenOf());
      await context.run(request, async () => {
        await expect(guard.canActivate(contextOf(request))).rejects.toThrow('no answer');
        expect(await guard.canActivate(contextOf(request))).toBe(true);
        expect(context.caller?.user).toBe(request.user);
      });
    });

    it('gives both the same decision, however far apart they ask', async () => {
      const { context, guard, strategy } = setUp();
      const validate = vi.spyOn(strategy, 'validate');
      for (let distance = 0; distance < 30; distance++) {
        const request = requestWith(tokenOf({ jti: String(distance) }));
        const answers = await context.run(request, async () => {
          const ask = async () => guard.canActivate(contextOf(request));
          const first = ask();
          for (let tick = 0; tick < distance; tick++) await Promise.resolve();
          return Promise.all([first, ask()]);
        });
        expect(answers).toEqual([true, true]);
        expect(validate).toHaveBeenCalledTimes(distance + 1);
      }
    });
  });

  describe('while validate() decides', () => {
    it.each([
      ['lets in', 'member'],
      ['refuses', undefined],
    ])('shows the caller to it alone, and then to whom it %s', async (_what, user) => {
      const { context, guard, strategy } = setUp();
      const token = tokenOf();
      for (let time = 0; time < 2; time++) {
        const request = requestWith(token);
        const seen: unknown[] = [];
        let later: () => unknown = () => 'not asked';
        vi.spyOn(strategy, 'validate').mockImplementation(async () => {
          await new Promise((resolve) => setImmediate(resolve));
          later = AsyncResource.bind(() => context.caller?.user.oid);
          seen.push(context.caller?.user.oid, context.scope?.caller);
          return user;
        });
        await context.run(request, async () => {
          const deciding = Promise.allSettled([guard.canActivate(contextOf(request))]);
          while (seen.length === 0) {
            expect(context.caller).toBeUndefined();
            expect(request).not.toHaveProperty('user');
            await new Promise((resolve) => setImmediate(resolve));
          }
          await deciding;
          expect(seen).toEqual([USER, undefined]);
          expect(context.caller?.user.oid).toBe(user && USER);
          // What it left behind acts for nobody who was refused.
          expect(later()).toBe(user && USER);
        });
      }
    });

    it('decides nothing before a thenable that it returned', async () => {
      const { check, strategy } = setUp();
      const token = tokenOf();
      await check(requestWith(token));
      // No instance of this realm's Promise, as the queries of some database libraries.
      vi.spyOn(strategy, 'validate').mockReturnValue(runInNewContext('Promise.resolve()'));
      const { passed, caller } = await check(requestWith(token));
      expect(passed).toMatchObject({ code: 'token_rejected', reason: 'validate() returned no user' });
      expect(caller).toBeUndefined();
    });

    it.each<[string, () => unknown]>([
      [
        'throws',
        () => {
          throw new Error('no member');
        },
      ],
      ['returns nothing', () => undefined],
    ])('leaves nothing behind that acts for the caller when it %s at once', async (_what, answer) => {
      const { check, context, strategy } = setUp();
      const token = tokenOf();
      await check(requestWith(token));
      let later: () => unknown = () => 'not asked';
      vi.spyOn(strategy, 'validate').mockImplementation(() => {
        later = AsyncResource.bind(() => context.caller);
        return answer();
      });
      expect((await check(requestWith(token))).passed).toBeInstanceOf(Error);
      expect(later()).toBeUndefined();
    });
  });

  it('what validate() of a subclass makes of the caller is the user of the request', async () => {
    class MemberStrategy extends JwtStrategy {
      override async validate() {
        return { member: 7 };
      }
    }
    const { check } = setUp({}, MemberStrategy);
    const token = tokenOf();
    for (let time = 0; time < 2; time++) {
      const request = requestWith(token);
      expect((await check(request)).passed).toBe(true);
      expect(request.user).toEqual({ member: 7 });
    }
  });
});

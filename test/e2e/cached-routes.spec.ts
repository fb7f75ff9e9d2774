import { CACHE_MANAGER, CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import { Controller, Get, Injectable, Post, UseInterceptors, type ExecutionContext } from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { ConfigurationError, CurrentUser, Public, type EntraUser } from 'nestjs-entra';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';

@Controller()
class MeController {
  @Get('me')
  me(@CurrentUser() user: EntraUser) {
    return { oid: user.oid };
  }
}

@Public()
@Controller()
class OpenController {
  @Get('news')
  news() {
    return 'news';
  }
}

@Controller()
class WritingController {
  @Post('orders')
  create() {
    return 'created';
  }
}

/** Puts the caller into the key. */
@Injectable()
class CacheByCaller extends CacheInterceptor {
  override trackBy(context: ExecutionContext): string | undefined {
    const { user } = context.switchToHttp().getRequest<{ user?: EntraUser }>();
    const key = super.trackBy(context);
    return user && typeof key === 'string' ? `${user.tid}:${user.oid}:${key}` : undefined;
  }
}

@UseInterceptors(CacheByCaller)
@Controller()
class CachedController extends MeController {}

const imports = [CacheModule.register()];
const SENTENCE = /CacheInterceptor is a global interceptor and MeController\.me is not public/;

describe.each(['express', 'fastify'] as const)('a cache of responses on %s', (adapter) => {
  it('stops the boot when it is the global interceptor of APP_INTERCEPTOR', async () => {
    const world = await startWorld();
    const providers = [{ provide: APP_INTERCEPTOR, useClass: CacheInterceptor }];
    const started = startApp(adapter, world.options(), { imports, providers, controllers: [MeController] });
    await expect(started).rejects.toThrow(ConfigurationError);
    await expect(started).rejects.toThrow(SENTENCE);
  });

  it('stops the boot when useGlobalInterceptors() puts it in place', async () => {
    const world = await startWorld();
    const started = startApp(adapter, world.options(), { imports, controllers: [MeController] }, (nest) =>
      nest.useGlobalInterceptors(new CacheInterceptor(nest.get(CACHE_MANAGER), new Reflector())),
    );
    await expect(started).rejects.toThrow(SENTENCE);
  });

  it('is accepted on public routes and on routes that it does not cache', async () => {
    const world = await startWorld();
    const providers = [{ provide: APP_INTERCEPTOR, useClass: CacheInterceptor }];
    const controllers = [OpenController, WritingController];
    const app = await startApp(adapter, world.options(), { imports, providers, controllers });
    expect((await app.get('/news')).text).toBe('news');
  });

  it('gives each caller an answer of their own when the key holds the caller', async () => {
    const world = await startWorld();
    const app = await startApp(adapter, world.options(), { imports, controllers: [CachedController] });
    for (const { oid } of [ADELE, BEN, ADELE]) {
      expect((await app.get('/me', world.token({ oid }))).body).toEqual({ oid });
    }
  });
});

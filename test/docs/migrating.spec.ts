import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule, CurrentUser } from 'nestjs-entra';
import { expect, it } from 'vitest';
import { ADAPTERS, startModule } from '../support/nest-app.js';
import { ADELE, BEN, startWorld } from '../support/world.js';
import { MemberStrategy, Members, type Member } from './examples/member.strategy.js';

it.each(ADAPTERS)('the strategy of docs/migrating.md has its dependency, on %s', async (adapter) => {
  const world = await startWorld();

  class OnlyAdele extends Members {
    override async find(key: string) {
      return key === `${world.emulator.tenantId}/${ADELE.oid}` ? { level: 'gold' } : undefined;
    }
  }

  @Module({ providers: [{ provide: Members, useClass: OnlyAdele }], exports: [Members] })
  class MembersModule {}

  @Controller('level')
  class LevelController {
    @Get()
    level(@CurrentUser() user: Member, @CurrentUser<Member>('level') level: string) {
      return { level, ofUser: user.level };
    }
  }

  @Module({
    imports: [
      AuthModule.forRootAsync({
        imports: [MembersModule],
        useFactory: () => world.options(),
        strategy: MemberStrategy,
      }),
    ],
    controllers: [LevelController],
  })
  class RootModule {}

  const app = await startModule(adapter, RootModule);
  expect((await app.get('/level', world.token())).body).toEqual({ level: 'gold', ofUser: 'gold' });
  expect(await app.get('/level', world.token({ oid: BEN.oid }))).toMatchObject({
    status: 401,
    body: { code: 'token_rejected' },
  });
});

import { Controller, Get, ParseIntPipe } from '@nestjs/common';
import {
  AuthModule,
  CurrentUser,
  DownstreamScopes,
  InvalidTokenError,
  JwtStrategy,
  RequiredScopes,
  TokenAcquisitionService,
  type AcquiredToken,
  type ClientCredential,
  type EntraAuthOptions,
  type EntraErrorCode,
  type EntraUser,
} from 'nestjs-entra';
import { describe, expectTypeOf, it } from 'vitest';

// Checked by the compiler: a line that should not compile and does is an error of its own.
describe('The public types', () => {
  it('options need a tenant and a client, and know each credential by its sourceType', () => {
    expectTypeOf<{ tenantId: string; clientId: string }>().toExtend<EntraAuthOptions>();
    expectTypeOf<{ tenantId: string }>().not.toExtend<EntraAuthOptions>();
    expectTypeOf<{ sourceType: 'ClientSecret'; clientSecret: string }>().toExtend<ClientCredential>();
    expectTypeOf<{ sourceType: 'ClientSecret' }>().not.toExtend<ClientCredential>();
    expectTypeOf<{ sourceType: 'Path'; certificateDiskPath: string }>().toExtend<ClientCredential>();
    expectTypeOf<{ sourceType: 'Magic' }>().not.toExtend<ClientCredential>();
    expectTypeOf<null>().toExtend<EntraAuthOptions['allowedClientApplications']>();
    expectTypeOf<null>().not.toExtend<EntraAuthOptions['audience']>();
  });

  it('forRoot() and forRootAsync() take options and extras, and nothing else', () => {
    type Options = Parameters<typeof AuthModule.forRoot>[0];
    expectTypeOf<{
      tenantId: string;
      clientId: string;
      isGlobal: false;
      globalGuard: false;
    }>().toExtend<Options>();
    expectTypeOf<{ tenantId: string; clientId: string; strategy: typeof JwtStrategy }>().toExtend<Options>();
    type AsyncOptions = Parameters<typeof AuthModule.forRootAsync>[0];
    expectTypeOf<{ useFactory: () => Promise<EntraAuthOptions> }>().toExtend<AsyncOptions>();
    expectTypeOf<{ useFactory: () => string }>().not.toExtend<AsyncOptions>();
  });

  it('a subclass of the strategy has a constructor of its own', () => {
    class MyStrategy extends JwtStrategy {
      constructor(
        private readonly tokens: TokenAcquisitionService,
        protected readonly options: { level: number },
        readonly context: string,
      ) {
        super();
      }
      override validate() {
        return [this.tokens, this.options, this.context];
      }
    }
    expectTypeOf<typeof JwtStrategy>().constructorParameters.toEqualTypeOf<[]>();
    expectTypeOf<typeof MyStrategy>().toExtend<
      NonNullable<Parameters<typeof AuthModule.forRoot>[0]['strategy']>
    >();
  });

  it('the user is read-only', () => {
    const change = (user: EntraUser) => {
      // @ts-expect-error a caller cannot become another one
      user.oid = 'somebody else';
      // @ts-expect-error nor be given a scope
      user.scopes.push('admin');
    };
    expectTypeOf(change).returns.toBeVoid();
    expectTypeOf<EntraUser['clientApplicationId']>().toEqualTypeOf<string | undefined>();
  });

  it('the service gives strings and described tokens', () => {
    expectTypeOf<TokenAcquisitionService['getAccessTokenForUser']>().returns.resolves.toBeString();
    expectTypeOf<
      TokenAcquisitionService['getTokenForUser']
    >().returns.resolves.toEqualTypeOf<AcquiredToken>();
    expectTypeOf<TokenAcquisitionService['getAccessTokenForApp']>().parameter(0).toBeString();
    expectTypeOf<AcquiredToken['source']>().toEqualTypeOf<'memory' | 'store' | 'identity-platform'>();
  });

  it('errors have a literal code', () => {
    expectTypeOf<'token_audience'>().toExtend<InvalidTokenError['code']>();
    expectTypeOf<'consent_required'>().not.toExtend<InvalidTokenError['code']>();
    expectTypeOf<'consent_required'>().toExtend<EntraErrorCode>();
  });

  it('decorators stand where they belong', () => {
    @Controller('a')
    @RequiredScopes('a')
    @DownstreamScopes('User.Read', 'Mail.Read')
    class Decorated {
      @Get()
      @RequiredScopes.all('a', 'b')
      @DownstreamScopes('User.Read', { prefetch: 'background' })
      handler(@CurrentUser() user: EntraUser, @CurrentUser('oid') oid: string) {
        return [user, oid];
      }
    }
    expectTypeOf<Decorated['handler']>().parameters.toEqualTypeOf<[EntraUser, string]>();
    // @ts-expect-error scopes are strings
    void (() => RequiredScopes(1));
    // @ts-expect-error there is no such way to prefetch
    void (() => DownstreamScopes('User.Read', { prefetch: 'sometimes' }));
    // @ts-expect-error a user has no such field
    void (() => CurrentUser('password'));
  });

  it('@CurrentUser() accepts the fields of the user type that it is given', () => {
    interface Member extends EntraUser {
      readonly level: string;
    }
    class Account {
      readonly accountId = 7;
    }
    class Handlers {
      own(@CurrentUser<Member>('level') level: string, @CurrentUser<Member>('oid') oid: string) {
        return [level, oid];
      }
      other(@CurrentUser<Account>('accountId', ParseIntPipe) accountId: number) {
        return accountId;
      }
    }
    expectTypeOf<Handlers['own']>().parameters.toEqualTypeOf<[string, string]>();
    // @ts-expect-error a field of Member is not a field of EntraUser
    void (() => CurrentUser('level'));
    // @ts-expect-error Account has no such field
    void (() => CurrentUser<Account>('oid'));
  });
});

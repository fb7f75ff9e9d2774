import { Controller, Get } from '@nestjs/common';
import {
  DownstreamScopes,
  TokenAcquisitionService,
  type EntraAuthOptions,
  type TokenCacheStore,
} from 'nestjs-entra';
import { startApp, type Adapter, type App } from './nest-app.js';
import type { World } from './world.js';

const SCOPE = 'api://orders/Read';

/** Routes that tell where their token came from. */
@Controller()
export class OrdersController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @Get('orders')
  async orders() {
    const { source, accessToken } = await this.tokens.getTokenForUser(SCOPE);
    return { source, accessToken };
  }

  @Get('files')
  async files() {
    return { source: (await this.tokens.getTokenForUser('api://files/Read')).source };
  }

  @Get('ahead')
  @DownstreamScopes(SCOPE)
  async ahead() {
    return { accessToken: await this.tokens.getAccessTokenForUser(SCOPE) };
  }

  @Get('new')
  async renewed() {
    const { source, accessToken } = await this.tokens.getTokenForUser(SCOPE, { forceRefresh: true });
    return { source, accessToken };
  }

  @Get('application')
  async application() {
    const { source } = await this.tokens.getTokenForApp('https://graph.microsoft.com/.default');
    return { source };
  }

  @Get('evict')
  async evict() {
    await this.tokens.evictUser();
    return {};
  }

  @Get('refused')
  async refused() {
    await this.tokens.evictTokenForUser(SCOPE);
    return {};
  }
}

/** One process of the API. Slow machines answer in time as well: the time of a store is tested elsewhere. */
export const startOrders = (
  adapter: Adapter,
  world: World,
  store: TokenCacheStore,
  more: EntraAuthOptions['tokenCache'] = {},
): Promise<App> =>
  startApp(
    adapter,
    world.options({ tokenCache: { store, storeTimeoutMs: 1_000, storeWriteBudgetMs: 1_000, ...more } }),
    { controllers: [OrdersController] },
  );

/** Where the token of a request came from. */
export const source = async (app: App, token: string, path = '/orders') =>
  (await app.get(path, token)).body['source'];

import { Child } from '../process/child.js';
import type { LoadMethods, LoadOrder, LoadResult } from '../load/main.js';
import { SCOPES } from '../identities.js';
import type { PlatformMethods } from '../platform/main.js';
import type { ServerMethods } from '../server/main.js';
import type { Adapter, AppName, ServerReady, ServerSettings } from '../server/settings.js';
import { TokenSet } from '../tokens/token-set.js';

/** A measured server. */
export type MeasuredServer = Child<ServerMethods, ServerReady>;

/** How many connections send requests side by side, where nothing else is said. */
export const CONNECTIONS = 16;

/** Requests to a server; see {@link LoadOrder}. */
export type Order = Pick<LoadOrder, 'path' | 'users' | 'requests'> & Partial<LoadOrder>;

/** Long enough for everything that is bounded by its count of requests. */
const NO_LIMIT_MS = 10 * 60_000;

/** The processes of one run: an identity platform, a source of requests, and the servers that are measured. */
export class Workbench {
  readonly #servers = new Set<MeasuredServer>();

  private constructor(
    private readonly platform: Child<PlatformMethods, { readonly url: string }>,
    private readonly load: Child<LoadMethods>,
  ) {}

  /** Makes tokens for so many users, and starts the processes around the servers. */
  static async open(users: number): Promise<Workbench> {
    await TokenSet.prepare(users);
    const platform = await Child.start<PlatformMethods, { readonly url: string }>('platform/main.js');
    return new Workbench(platform, await Child.start<LoadMethods>('load/main.js'));
  }

  /** Starts a server; it is stopped with the workbench at the latest. */
  async startServer(
    app: AppName,
    adapter: Adapter,
    { resources = 1, nodeOptions = [] }: { resources?: number; nodeOptions?: readonly string[] } = {},
  ): Promise<MeasuredServer> {
    const scopes = SCOPES.slice(0, resources);
    const settings: ServerSettings = { app, adapter, platformUrl: this.platform.ready.url, scopes };
    const server = await Child.start<ServerMethods, ServerReady>('server/main.js', settings, nodeOptions);
    this.#servers.add(server);
    return server;
  }

  async stopServer(server: MeasuredServer): Promise<void> {
    this.#servers.delete(server);
    await server.stop();
  }

  /** Sends requests and waits for the last answer. */
  send(server: MeasuredServer, order: Order): Promise<LoadResult> {
    const defaults = { base: 0, from: 0, maxMs: NO_LIMIT_MS, connections: CONNECTIONS, staysAwake: false };
    return this.load.call('run', { ...defaults, ...order, port: server.ready.port });
  }

  /** Token requests that the identity platform has seen. */
  exchanges(): Promise<number> {
    return this.platform.call('exchanges');
  }

  /** Runs `work` while the token endpoint takes so long for an answer. */
  async whileExchangesTake<T>(ms: number, work: () => Promise<T>): Promise<T> {
    await this.platform.call('takeMs', ms);
    try {
      return await work();
    } finally {
      await this.platform.call('takeMs', 0);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers, this.load, this.platform].map((child) => child.stop()));
  }
}

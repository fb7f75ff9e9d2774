import type { Server } from 'node:http';
import { createServer } from 'node:http';
import {
  Controller,
  Get,
  HttpCode,
  Logger,
  Module,
  Post,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AuthModule,
  CurrentUser,
  RequiredAppRoles,
  RequiredScopes,
  RequiredScopesOrAppRoles,
  type EntraAuthOptions,
  type EntraUser,
} from 'nestjs-entra';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { RejectionLog } from '../../../libs/nestjs-entra/src/errors/rejection-log.js';
import type { Adapter } from '../../support/nest-app.js';
import { API } from './identities.js';
import { Connection, type Reply } from './connection.js';
import { TENANT } from './forge.js';
import type { Platform } from './platform.js';

@Controller()
class ProtectedController {
  @Get('me')
  me(@CurrentUser() user: EntraUser) {
    return {
      oid: user.oid,
      tid: user.tid,
      scopes: user.scopes,
      roles: user.roles,
      isAppOnly: user.isAppOnly,
    };
  }

  @Post('me')
  @HttpCode(200)
  posted(@CurrentUser('oid') oid: string) {
    return { oid };
  }

  @Get('scope')
  @RequiredScopes('access_as_user')
  scope() {
    return {};
  }

  @Get('role')
  @RequiredAppRoles('Admin')
  role() {
    return {};
  }

  @Get('either')
  @RequiredScopesOrAppRoles({ scopes: ['access_as_user'], roles: ['Admin'] })
  either() {
    return {};
  }
}

/** Express behind a server that takes longer headers than Node does by default. */
class RoomyExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createServer({ maxHeaderSize: ROOMY }, this.getInstance()) as Server;
  }
}
const ROOMY = 64 * 1024;

/** Nest has one logger for a process, however many applications run in it. */
const lines: string[] = [];
const collect =
  (level: string) =>
  (...parts: unknown[]): void =>
    void lines.push([level, ...parts.map(String)].join(' '));
const logger = {
  log: collect('log'),
  warn: collect('warn'),
  error: collect('error'),
  debug: collect('debug'),
};

/** How an API under attack is set up. */
export interface TargetOptions {
  readonly platform: Platform;
  readonly options?: Partial<EntraAuthOptions>;
  /** Whether its server takes headers of 64 kB. */
  readonly isRoomy?: boolean;
}

/** An API under attack: it exchanges every token that it accepts, so that a request for one betrays it. */
export class Target {
  /** What all APIs of this process logged. */
  readonly log: readonly string[] = lines;
  readonly platform: Platform;
  #nest: INestApplication | undefined;
  #port = 0;
  #connection: Connection | undefined;

  constructor(
    private readonly adapter: Adapter,
    private readonly setUp: TargetOptions,
  ) {
    this.platform = setUp.platform;
  }

  get tenant(): string {
    return this.setUp.options?.tenantId ?? TENANT;
  }

  async start(): Promise<void> {
    @Module({
      controllers: [ProtectedController],
      imports: [
        AuthModule.forRoot({
          tenantId: TENANT,
          clientId: API.clientId,
          clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: API.secret }],
          scopes: ['api://orders/Read'],
          network: { fetch: this.platform.fetch, retries: 0 },
          ...this.setUp.options,
        }),
      ],
    })
    class RootModule {}
    this.#nest = await NestFactory.create<NestFastifyApplication>(RootModule, this.http() as FastifyAdapter, {
      logger,
      abortOnError: false,
    });
    this.logEveryRejection();
    // A test may need longer between two requests of a connection than the five seconds of Node.
    (this.#nest.getHttpServer() as Server).keepAliveTimeout = 120_000;
    await this.#nest.listen(0, '127.0.0.1');
    this.#port = Number(new URL(await this.#nest.getUrl()).port);
  }

  async stop(): Promise<void> {
    this.#connection?.close();
    await this.#nest?.close();
  }

  /** The connection that all requests share, opened again only when the server has closed it. */
  async connection(): Promise<Connection> {
    if (!this.#connection?.isOpen) this.#connection = await Connection.open(this.#port);
    return this.#connection;
  }

  /** A connection beside the shared one; close it. */
  anotherConnection(): Promise<Connection> {
    return Connection.open(this.#port);
  }

  /** What the application has in its place. */
  provider<T>(type: Type<T>): T {
    if (!this.#nest) throw new Error('It is not started');
    return this.#nest.get(type, { strict: false });
  }

  /** GET with a bearer token, on the shared connection. */
  async get(token: string, path = '/me'): Promise<Reply> {
    return (await this.connection()).send('GET', path, [`Authorization: Bearer ${token}`]);
  }

  /** Every rejection is to be seen in the log, however many there are: the limit has tests of its own. */
  private logEveryRejection(): void {
    const entraAuth = new Logger('EntraAuth');
    this.provider(RejectionLog).write = (level, _code, line, ...stack) => entraAuth[level](line, ...stack);
  }

  private http(): ExpressAdapter | FastifyAdapter {
    const { isRoomy = false } = this.setUp;
    if (this.adapter === 'express') return isRoomy ? new RoomyExpressAdapter() : new ExpressAdapter();
    return new FastifyAdapter(isRoomy ? { http: { maxHeaderSize: ROOMY } } : {});
  }
}

/** An API for all tests of a `describe`, gone with it. */
export function useTarget(adapter: Adapter, setUp: TargetOptions): Target {
  const target = new Target(adapter, setUp);
  beforeAll(() => target.start());
  afterAll(() => target.stop());
  return target;
}

/** An API for one test, gone with it. */
export async function startTarget(adapter: Adapter, setUp: TargetOptions): Promise<Target> {
  const target = new Target(adapter, setUp);
  onTestFinished(() => target.stop());
  await target.start();
  return target;
}

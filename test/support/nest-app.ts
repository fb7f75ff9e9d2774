import type { INestApplication, LoggerService, ModuleMetadata, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Module } from '@nestjs/common';
import { AuthModule, type EntraAuthModuleExtras, type EntraAuthOptions } from 'nestjs-entra';
import { onTestFinished } from 'vitest';

export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** What an application answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body. */
  readonly body: Record<string, unknown>;
}

/** A running application. */
export interface App {
  readonly nest: INestApplication;
  /** Its lines of log, of every level. */
  readonly log: readonly string[];
  get(path: string, token?: string, headers?: Record<string, string>): Promise<Answer>;
}

/** Collects what Nest logs. */
class LogCollector implements LoggerService {
  readonly lines: string[] = [];
  readonly log = this.collect('log');
  readonly warn = this.collect('warn');
  readonly error = this.collect('error');
  readonly debug = this.collect('debug');
  readonly verbose = this.collect('verbose');

  private collect(level: string) {
    return (...parts: unknown[]): void => void this.lines.push([level, ...parts.map(String)].join(' '));
  }
}

/** What is done to an application before it listens. */
export type Preparation = (nest: INestApplication) => unknown;

/** Starts a root module on an adapter, or on an instance of one; it is closed with the test. */
export async function startModule(
  adapter: Adapter | AbstractHttpAdapter,
  root: Type,
  prepare?: Preparation,
): Promise<App> {
  const logger = new LogCollector();
  const http = typeof adapter === 'string' ? newAdapter(adapter) : adapter;
  const nest = await NestFactory.create<NestFastifyApplication>(root, http as FastifyAdapter, {
    logger,
    abortOnError: false,
  });
  await prepare?.(nest);
  await nest.listen(0, '127.0.0.1');
  onTestFinished(() => nest.close());
  const url = (await nest.getUrl()).replace('localhost', '127.0.0.1');
  return {
    nest,
    log: logger.lines,
    get: async (path, token, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    },
  };
}

/** Starts an application that imports `AuthModule.forRoot()`. */
export function startApp(
  adapter: Adapter | AbstractHttpAdapter,
  options: EntraAuthOptions & EntraAuthModuleExtras,
  metadata: ModuleMetadata,
  prepare?: Preparation,
): Promise<App> {
  @Module({ ...metadata, imports: [AuthModule.forRoot(options), ...(metadata.imports ?? [])] })
  class RootModule {}
  return startModule(adapter, RootModule, prepare);
}

function newAdapter(adapter: Adapter): AbstractHttpAdapter {
  return adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

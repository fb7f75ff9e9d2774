import type { AbstractHttpAdapter } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import type { EntraEmulator } from 'entra-emulator';
import type { EntraAuthOptions } from 'nestjs-entra';

/** One behaviour that holds on every supported version of Nest and on both adapters. */
export interface Scenario {
  readonly title: string;
  /** Throws when the behaviour is not there. */
  readonly run: (stage: Stage) => Promise<void>;
}

/** What a scenario works with; everything that it starts ends with it. */
export interface Stage {
  readonly adapter: 'express' | 'fastify';
  /** The version of `@nestjs/core`, such as `10.4.0`. */
  readonly nestVersion: string;
  readonly emulator: EntraEmulator;
  /** Options that accept the tokens of `token()`; `changes` are laid over them. */
  options(changes?: Partial<EntraAuthOptions>): EntraAuthOptions;
  /** An access token for the API, with the scope `access_as_user`. */
  token(claims?: Record<string, unknown>): string;
  httpAdapter(): AbstractHttpAdapter;
  /** Starts the application and listens. */
  start(root: Type, prepare?: (app: NestApplication) => unknown): Promise<RunningApplication>;
  /** Starts the application; gives the error that stopped it, and throws when it starts. */
  stoppedBy(root: Type, prepare?: (app: NestApplication) => unknown): Promise<Error>;
  /** Runs when the scenario ends, last registered first. */
  onEnd(act: () => unknown): void;
}

export type NestApplication = Awaited<ReturnType<typeof import('@nestjs/core').NestFactory.create>>;

export interface RunningApplication {
  readonly nest: NestApplication;
  readonly url: string;
  /** What was logged: level, then text. */
  readonly log: readonly string[];
  get(path: string, token?: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, token?: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

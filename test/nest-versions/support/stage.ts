import type { LoggerService, Type } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EntraEmulator } from 'entra-emulator';
import type { Answer, NestApplication, RunningApplication, Stage } from './scenario.js';

const API = '5a0a1a8c-3d0e-4f61-9a51-000000000001';
const CLIENT = '5a0a1a8c-3d0e-4f61-9a51-000000000004';
const SECRET = 'the-secret-of-the-api';
const LIMIT_MS = 10_000;

/** Opens a stage with an emulator; `end()` ends everything that was started on it. */
export async function openStage(
  adapter: Stage['adapter'],
  nestVersion: string,
): Promise<Stage & { end(): Promise<void> }> {
  const endings: (() => unknown)[] = [];
  const emulator = await EntraEmulator.start({ port: 0 });
  endings.push(() => emulator.stop());
  emulator.addApplication({ clientId: API, scopes: ['access_as_user'], clientSecrets: [SECRET] });
  const httpAdapter = () =>
    (adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter()) as AbstractHttpAdapter;

  const start: Stage['start'] = async (root, prepare) => {
    const { nest, log } = await create(root, httpAdapter());
    endings.push(() => nest.close());
    await prepare?.(nest);
    await nest.listen(0, '127.0.0.1');
    return running(nest, log);
  };

  return {
    adapter,
    nestVersion,
    emulator,
    httpAdapter,
    options: (changes) => ({
      instance: emulator.url,
      tenantId: emulator.tenantId,
      clientId: API,
      clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: SECRET }],
      network: { fetch: emulator.fetch },
      ...changes,
    }),
    token: (claims) => emulator.issueAccessToken({ aud: API, azp: CLIENT, scp: 'access_as_user', ...claims }),
    start,
    stoppedBy: async (root, prepare) => {
      try {
        await start(root, prepare);
      } catch (error) {
        return error as Error;
      }
      throw new Error('The application started');
    },
    onEnd: (act) => void endings.push(act),
    end: async () => {
      for (const act of endings.reverse()) await act();
    },
  };
}

async function create(root: Type, http: AbstractHttpAdapter) {
  const log: string[] = [];
  const collect =
    (level: string) =>
    (...parts: unknown[]): void =>
      void log.push([level, ...parts.map(String)].join(' '));
  const logger: LoggerService = {
    log: collect('log'),
    warn: collect('warn'),
    error: collect('error'),
    debug: collect('debug'),
    verbose: collect('verbose'),
  };
  const nest = await NestFactory.create(root, http, { abortOnError: false, logger });
  return { nest, log };
}

async function running(nest: NestApplication, log: string[]): Promise<RunningApplication> {
  const url = (await nest.getUrl()).replace('[::1]', '127.0.0.1').replace('localhost', '127.0.0.1');
  const call = async (path: string, token: string | undefined, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        ...(init.headers as Record<string, string>),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    nest,
    url,
    log,
    get: (path, token, headers = {}) => call(path, token, { headers }),
    post: (path, body, token) =>
      call(path, token, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
  };
}

import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { serve, settingsOfThisProcess } from '../process/serve.js';
import type { CreateBenchApp } from './bench-app.js';
import { heapBytes } from './heap.js';
import { LoopSampler } from './loop-sampler.js';
import type { AppName, ServerReady, ServerSettings } from './settings.js';

/** Loaded one by one: none of them carries the packages of another. */
const APPS: Readonly<Record<AppName, () => Promise<CreateBenchApp>>> = {
  bare: async () => (await import('./apps/bare.js')).bare,
  floor: async () => (await import('./apps/floor.js')).floor,
  'nestjs-entra': async () => (await import('./apps/nestjs-entra.js')).nestjsEntra,
  'passport-jwt': async () => (await import('./apps/passport-jwt.js')).passportJwt,
  'express-oauth2-jwt-bearer': async () =>
    (await import('./apps/express-oauth2-jwt-bearer.js')).expressOauth2JwtBearer,
  'by-hand': async () => (await import('./apps/by-hand.js')).byHand,
  'azure-identity': async () => (await import('./apps/azure-identity.js')).azureIdentity,
};

const settings = settingsOfThisProcess<ServerSettings>();
const sampler = new LoopSampler();

const methods = {
  /** Processor time of this process so far, all threads, in microseconds. */
  cpuMicroseconds: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Heap in use after a collection; needs `--expose-gc`. */
  heapBytes,
  watchLoop: () => sampler.start(),
  /** Of each request since {@link watchLoop}: the longest time that it kept the event loop, in milliseconds. */
  loopBlocksMs: () => sampler.stop(),
};

/** What a measured server does when the benchmark asks. */
export type ServerMethods = typeof methods;

async function main(): Promise<void> {
  const createApp = await APPS[settings.app]();
  const { root, prepare } = createApp(settings);
  const adapter = settings.adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter as FastifyAdapter, {
    logger: ['warn', 'error'],
  });
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  // Before the framework's own listener: it may do all its work in there.
  server.prependListener('request', () => sampler.nextRequest());
  const ready: ServerReady = { port: (server.address() as AddressInfo).port };
  serve(methods, ready);
}

void main();

import 'reflect-metadata';
import { All, Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthModule, RequiredScopes, TokenAcquisitionService, type ClientCredential } from 'nestjs-entra';

/**
 * The API that an external corpus of hostile tokens is sent to: `/protected` needs a scope, `/obo` acquires a
 * downstream token for the user. Everything about it comes from the environment that the corpus gives it.
 */
const setting = (name: string): string => process.env[name] ?? '';
const downstreamScope = setting('CORPUS_DOWN_SCOPE');
const secret = setting('CORPUS_CLIENT_SECRET');
const clientCredentials: ClientCredential[] = secret
  ? [{ sourceType: 'ClientSecret', clientSecret: secret }]
  : [];

@Controller()
class CorpusController {
  constructor(private readonly tokens: TokenAcquisitionService) {}

  @All('protected')
  @RequiredScopes(setting('CORPUS_SCOPE'))
  protected() {
    return { ok: true };
  }

  @Get('obo')
  async obo() {
    const token = await this.tokens.getAccessTokenForUser(downstreamScope);
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    return { oid: (JSON.parse(payload) as { oid: string }).oid };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      instance: setting('CORPUS_AUTHORITY'),
      tenantId: setting('CORPUS_TENANT_ID'),
      clientId: setting('CORPUS_CLIENT_ID'),
      audience: setting('CORPUS_AUDIENCE'),
      allowedClientApplications: [setting('CORPUS_ALLOWED_CLIENT')],
      clockSkewSeconds: Number(setting('CORPUS_CLOCK_TOLERANCE')),
      clientCredentials,
    }),
  ],
  controllers: [CorpusController],
})
class CorpusModule {}

async function main(): Promise<void> {
  const adapter = setting('ADAPTER') === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(CorpusModule, adapter as FastifyAdapter, {
    logger: ['warn', 'error'],
  });
  app.enableShutdownHooks();
  await app.listen(Number(setting('PORT')), '127.0.0.1');
}

void main();

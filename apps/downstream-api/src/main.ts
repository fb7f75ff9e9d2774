import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { abortOnError: false, logger: ['log', 'warn', 'error'] });
  app.enableShutdownHooks();
  const port = Number(process.env['PORT'] ?? 3001);
  await app.listen(port, '127.0.0.1');
  new Logger('DownstreamApi').log(`Listening on ${await app.getUrl()}`);
}

main().catch((error: Error) => {
  process.stderr.write(`The downstream API could not start: ${error.message}\n`);
  process.exitCode = 1;
});

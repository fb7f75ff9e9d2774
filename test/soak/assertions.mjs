// `npm run soak:assertions [-- --count 1000000]`: exchanges for that many distinct assertions in one process; the
// token cache keeps within its bytes, and the process with it.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, TokenAcquisitionService } from 'nestjs-entra';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' } } });
const count = Number(values.count);
const tenantId = randomUUID();
const maxBytes = 64 * 1024 * 1024;
const padding = 'x'.repeat(1_400);
let exchanges = 0;

class SoakModule {}
Module({
  imports: [
    AuthModule.forRoot({
      tenantId,
      clientId: randomUUID(),
      clientCredentials: [{ sourceType: 'ClientSecret', clientSecret: 'soak' }],
      tokenCache: { maxBytes },
      network: {
        fetch: async (url) => {
          if (url.endsWith('/keys')) return Response.json({ keys: [] });
          exchanges += 1;
          const token = `${padding}${exchanges}`;
          return Response.json({
            token_type: 'Bearer',
            scope: 'a/Read',
            expires_in: 3600,
            access_token: token,
          });
        },
      },
    }),
  ],
})(SoakModule);

const app = await NestFactory.createApplicationContext(SoakModule, { logger: false });
const tokens = app.get(TokenAcquisitionService);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const exp = Math.floor(Date.now() / 1000) + 24 * 3600;

/** After a collection each: what is in use, not what V8 has yet to take away. */
const samples = [];
for (let done = 0; done < count; done += 100) {
  const assertions = Array.from({ length: 100 }, () => {
    const id = randomUUID();
    return `e30.${part({ tid: tenantId, oid: id, exp })}.${id}`;
  });
  const scopes = 'api://orders/Read';
  await Promise.all(assertions.map((assertion) => tokens.acquireTokenOnBehalfOf({ assertion, scopes })));
  if ((done + 100) % (count / 10) < 100) {
    globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    samples.push({ heapUsed, rss });
    process.stdout.write(`${done + 100} assertions, heap ${mega(heapUsed)}, RSS ${mega(rss)}\n`);
  }
}
await app.close();
const most = (of, list = samples) => Math.max(...list.map(of));
const heap = ({ heapUsed }) => heapUsed;
const rss = (sample) => sample.rss;
process.stdout.write(
  `${exchanges} exchanges, heap at most ${mega(most(heap))}, RSS at most ${mega(most(rss))}\n`,
);
const half = samples.length / 2;
// Beside the tokens there are the objects around them, and what a NestJS process needs itself.
const isBounded = most(heap) < 2 * maxBytes && heap(samples.at(-1)) < 1.1 * heap(samples[0]);
// The pages V8 holds come and go by a third; what counts is that they do not become more.
const isFlat = most(rss, samples.slice(half)) < 1.2 * most(rss, samples.slice(0, half));
process.exit(exchanges === count && isBounded && isFlat ? 0 : 1);

function mega(bytes) {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import {
  Controller,
  Get,
  Module,
  UseInterceptors,
  type CallHandler,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import type { BenchApp } from '../bench-app.js';

interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>;
}
interface Hooks {
  addHook(name: 'preHandler', hook: (request: Request, reply: unknown, done: () => void) => void): void;
}

class EmptyInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler) {
    return next.handle();
  }
}

/**
 * Nest's own floor for a route with an interceptor: an empty one, inside an AsyncLocalStorage, after one
 * SHA-256 of the token. Nothing is validated and nothing acquired.
 */
export function floor(): BenchApp {
  const storage = new AsyncLocalStorage<{ readonly id: string }>();

  @Controller()
  class FloorController {
    @Get('tokens')
    @UseInterceptors(EmptyInterceptor)
    async tokens() {
      return { ok: true };
    }
  }

  @Module({ controllers: [FloorController] })
  class FloorModule {}

  const enter = ({ headers }: Request, next: () => void) => {
    const id = createHash('sha256')
      .update(headers['authorization'] ?? '')
      .digest('base64url');
    storage.run({ id }, next);
  };
  return {
    root: FloorModule,
    prepare(app: INestApplication) {
      const http = app.getHttpAdapter();
      if (http.getType() === 'fastify') {
        (http.getInstance() as Hooks).addHook('preHandler', (request, _reply, done) => enter(request, done));
      } else {
        http.use((request: Request, _response: unknown, next: () => void) => enter(request, next));
      }
    },
  };
}

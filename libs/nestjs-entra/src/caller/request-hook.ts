import type { HttpServer } from '@nestjs/common';
import type { CallerContext } from './caller-context.js';

/** The two members of a Fastify instance that are needed here. */
interface FastifyLike {
  addHook(name: 'preHandler', hook: (request: object, reply: object, done: () => void) => void): unknown;
}

/**
 * Opens a scope of `context` around every request of an HTTP adapter.
 *
 * It stands outside Nest's own middleware and interceptors for two reasons: an interceptor comes too late
 * for guards and costs every request more than all the rest together, and a scope that a guard enters
 * after another guard's `await` would not reach the handler. On Fastify the hook is `preHandler`: what
 * comes before it runs in the body parser's own asynchronous context and would lose the scope.
 *
 * Call it before the routes are registered, in `NestModule.configure()`.
 */
export function openScopePerRequest(adapter: HttpServer, context: CallerContext): void {
  if (adapter.getType() === 'fastify') {
    (adapter.getInstance() as FastifyLike).addHook('preHandler', (request, reply, done) =>
      context.run(request, done, reply),
    );
    return;
  }
  adapter.use((request: object, response: object, next: () => void) => context.run(request, next, response));
}

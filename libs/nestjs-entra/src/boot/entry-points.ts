import { ownOpening, routeOpening } from '../caller/route-opening.js';
import { hasOwnGuard } from './route-guards.js';
import type { Route } from './routes.js';

/** Metadata of `@nestjs/microservices` and `@nestjs/websockets`. Neither package has to be installed. */
const MESSAGE_HANDLER = 'microservices:handler_type';
const MESSAGE_EXTRAS = 'microservices:pattern_extras';
const GATEWAY = 'websockets:is_gateway';
const GATEWAY_MESSAGE = 'websockets:message_mapping';

const REMEDY = 'put @UseGuards(JwtAuthGuard) or @Public() on it.';

/**
 * Entry points that the global guard does not cover and that nobody has decided about, one sentence each: message
 * handlers and WebSocket gateways with neither a guard of this library nor `@Public()`.
 *
 * @param classes the classes of all providers and controllers
 */
export function unguardedEntryPoints(routes: readonly Route[], classes: readonly object[]): string[] {
  return [
    ...routes.filter(isUndecided).flatMap(({ name, controller, handler }) => {
      if (isGateway(controller) && Reflect.hasMetadata(GATEWAY_MESSAGE, handler)) {
        return [`${name} handles WebSocket messages, which no global guard covers; ${REMEDY}`];
      }
      return Reflect.hasMetadata(MESSAGE_HANDLER, handler) && !isToolOfMcp(handler)
        ? [
            `${name} handles messages, which the global guard does not cover in every version of Nest, and never after connectMicroservice() without inheritAppConfig; ${REMEDY}`,
          ]
        : [];
    }),
    ...classes
      .filter((gateway) => isGateway(gateway) && isSilent(gateway, routes) && isUndecidedClass(gateway))
      .map((gateway) => `${nameOf(gateway)} accepts WebSocket connections, which no guard covers; ${REMEDY}`),
  ];
}

function isUndecided({ controller, handler }: Route): boolean {
  return routeOpening(controller, handler) === false && !hasOwnGuard(controller, handler);
}

function isUndecidedClass(gateway: object): boolean {
  return (ownOpening(gateway) ?? false) === false && !hasOwnGuard(gateway);
}

function isGateway(target: object): boolean {
  return Reflect.hasMetadata(GATEWAY, target);
}

/** A gateway without message handlers only sends; those of the others are looked at one by one. */
function isSilent(gateway: object, routes: readonly Route[]): boolean {
  return !routes.some(
    ({ controller, handler }) => controller === gateway && Reflect.hasMetadata(GATEWAY_MESSAGE, handler),
  );
}

/** Tools of the Model Context Protocol are message handlers; what guards them is the HTTP route of their transport. */
function isToolOfMcp(handler: object): boolean {
  const extras: unknown = Reflect.getMetadata(MESSAGE_EXTRAS, handler);
  return typeof extras === 'object' && extras !== null && Object.hasOwn(extras, 'mcpType');
}

function nameOf(target: object): string {
  return typeof target === 'function' ? target.name : 'A gateway';
}

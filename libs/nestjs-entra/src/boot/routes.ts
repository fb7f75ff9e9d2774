import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { applicationClasses } from './application-classes.js';

/** A handler of requests: a method of a controller, resolver or gateway that some decorator stands on. */
export interface Route {
  /** `MeController.me`. */
  readonly name: string;
  readonly controller: object;
  readonly prototype: object;
  readonly key: string;
  readonly handler: object;
}

/** Every route of the application, found as soon as its modules are scanned, before anything is instantiated. */
export function discoverRoutes(discovery: DiscoveryService, scanner: MetadataScanner): Route[] {
  return applicationClasses(discovery).flatMap(({ type: controller }) => {
    const prototype = controller.prototype as object;
    return scanner.getAllMethodNames(prototype).flatMap((key) => {
      const handler: unknown = (prototype as Record<string, unknown>)[key];
      // Decorators of handlers leave their metadata on the function; a method without any serves no request.
      return typeof handler === 'function' && Reflect.getMetadataKeys(handler).length > 0
        ? [{ name: `${controller.name}.${key}`, controller, prototype, key, handler }]
        : [];
    });
  });
}

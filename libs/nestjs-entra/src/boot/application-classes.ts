import type { DiscoveryService } from '@nestjs/core';

/** A class that Nest instantiates, or that an instance given to it belongs to. */
export interface ApplicationClass {
  readonly type: NamedClass;
  /** Whether it is registered as a controller, so that its `@Get()` and the like serve requests. */
  readonly isController: boolean;
}

type NamedClass = (abstract new (...args: never[]) => unknown) & { readonly name: string };

/** The classes of every controller and provider, each once. */
export function applicationClasses(discovery: DiscoveryService): ApplicationClass[] {
  const controllers = new Set(discovery.getControllers().map(classOf));
  const classes = new Set([...controllers, ...discovery.getProviders().map(classOf)]);
  return [...classes]
    .filter((type) => type !== undefined)
    .map((type) => ({ type, isController: controllers.has(type) }));
}

function classOf(provider: { metatype: unknown; instance: unknown }): NamedClass | undefined {
  // A provider with `useValue` has no class of its own, and its value may be an instance of one.
  const type: unknown = provider.metatype ?? (provider.instance as object | null | undefined)?.constructor;
  return typeof type === 'function' && typeof type.prototype === 'object' && type.prototype !== null
    ? (type as NamedClass)
    : undefined;
}

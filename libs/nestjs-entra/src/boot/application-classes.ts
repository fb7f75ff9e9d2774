import type { DiscoveryService } from '@nestjs/core';

/** A class that Nest instantiates, or that an instance given to it belongs to. */
export interface ApplicationClass {
  readonly type: NamedClass;
  /** Whether it is registered as a controller, so that its `@Get()` and the like serve requests. */
  readonly isController: boolean;
}

type NamedClass = (abstract new (...args: never[]) => unknown) & { readonly name: string };

/** The classes of every controller and provider, each once; those of factories once Nest has instantiated them. */
export function applicationClasses(discovery: DiscoveryService): ApplicationClass[] {
  const controllers = new Set(discovery.getControllers().map(classOf));
  const classes = new Set([...controllers, ...discovery.getProviders().map(classOf)]);
  return [...classes]
    .filter((type) => type !== undefined)
    .map((type) => ({ type, isController: controllers.has(type) }));
}

function classOf(provider: Instantiated): NamedClass | undefined {
  const type: unknown = isMade(provider) ? (provider.instance as Instance)?.constructor : provider.metatype;
  return typeof type === 'function' && typeof type.prototype === 'object' && type.prototype !== null
    ? (type as NamedClass)
    : undefined;
}

interface Instantiated {
  readonly metatype: unknown;
  readonly inject?: unknown;
  readonly instance: unknown;
}

type Instance = object | null | undefined;

/** A provider with `useFactory` or `useValue` has no class of its own; what it gives may be an instance of one. */
function isMade({ metatype, inject }: Instantiated): boolean {
  return (metatype ?? undefined) === undefined || (inject ?? undefined) !== undefined;
}

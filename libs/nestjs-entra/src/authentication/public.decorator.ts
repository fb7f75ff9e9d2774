import { SetMetadata } from '@nestjs/common';
import { PUBLIC_METADATA } from '../auth.constants.js';
import { recordDecoration } from '../caller/decorations.js';
import type { RouteOpening } from '../caller/route-opening.js';
import { ConfigurationError } from '../errors/configuration.error.js';
import { shown } from '../options/shown.js';

/** How a route is opened. */
export interface PublicOptions {
  /**
   * Identify the caller when there is one: a valid token gives the caller, no token gives nobody, and a token that is
   * not valid is rejected as on a closed route. Default `false`: the route does not look at tokens.
   */
  optional?: boolean;
}

/**
 * Opens a route, or all routes of a controller, to requests without a token. `@Public(false)` closes one route of an
 * open controller again. Subclasses do not inherit the opening of a class: mark each class that is to be open.
 *
 * @throws ConfigurationError when the decorator is applied with anything but a boolean or `{ optional }`
 * @example
 * \@Get() \@Public({ optional: true }) products(\@CurrentUser() user?: EntraUser) {}
 */
export function Public(options: boolean | PublicOptions = true): ClassDecorator & MethodDecorator {
  const opening = openingFrom(options);
  const decorator = DECORATORS[String(opening)] ?? '@Public()';
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    recordDecoration({ decorator, metadata: PUBLIC_METADATA, value: opening }, target, key, descriptor);
    const decorate = SetMetadata(PUBLIC_METADATA, opening);
    // The types of the two kinds of decorators do not meet in one call.
    if (descriptor) decorate(target, key as string, descriptor);
    else decorate(target as new () => unknown);
  };
}

const DECORATORS: Record<string, string> = {
  false: '@Public(false)',
  optional: '@Public({ optional: true })',
};

function openingFrom(options: unknown): RouteOpening {
  if (typeof options === 'boolean') return options;
  if (typeof options === 'object' && options !== null && Object.keys(options).every(isOptional)) {
    const optional = Object.hasOwn(options, 'optional') ? (options as PublicOptions).optional : undefined;
    if (optional === undefined || optional === false) return true;
    if (optional === true) return 'optional';
  }
  throw new ConfigurationError(
    `@Public() must be given true, false or { optional: true }; got ${shown(options)}.`,
  );
}

const isOptional = (name: string) => name === 'optional';

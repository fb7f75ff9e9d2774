import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { PUBLIC_METADATA } from '../auth.constants.js';
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
export function Public(options: boolean | PublicOptions = true): CustomDecorator<symbol> {
  return SetMetadata(PUBLIC_METADATA, openingFrom(options));
}

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

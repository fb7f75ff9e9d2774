import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import { PUBLIC_METADATA } from '../auth.constants.js';

/**
 * Opens a route, or all routes of a controller, to requests without a token. `@Public(false)` closes one
 * route of an open controller again.
 */
export const Public = (isPublic = true): CustomDecorator<symbol> => SetMetadata(PUBLIC_METADATA, isPublic);

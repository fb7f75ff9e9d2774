import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { EntraUser } from './entra-user.js';
import { requestOf } from './request-of.js';

/** Written out, for what Nest 12 infers names a type that Nest 10 and 11 do not have. */
type Arguments = (keyof EntraUser | PipeTransform | Type<PipeTransform> | undefined)[];

/**
 * The caller of the request, as parameter of a handler: `@CurrentUser() user`, or one of its fields:
 * `@CurrentUser('oid') oid`. On a public route it is `undefined`.
 */
export const CurrentUser: (...fieldOrPipes: Arguments) => ParameterDecorator = createParamDecorator(
  (field: keyof EntraUser | undefined, context: ExecutionContext) => {
    const user = (requestOf(context) as { user?: EntraUser }).user;
    return field === undefined ? user : user?.[field];
  },
);

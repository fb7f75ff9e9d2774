import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { EntraUser } from './entra-user.js';
import { validatedUserOf } from './validated-user.js';

/**
 * The type itself, which TypeScript then does not infer from an argument: `@CurrentUser('no-such-field')` must not
 * compile. `NoInfer` does the same from TypeScript 5.4 on; applications of Nest 10 may have an older one.
 */
type Uninferred<T> = [T][T extends unknown ? 0 : never];
type FieldOf<User> = Extract<keyof Uninferred<User>, string>;

/** Written out, for what Nest 12 infers names a type that Nest 10 and 11 do not have. */
type Arguments<User> = (FieldOf<User> | PipeTransform | Type<PipeTransform> | undefined)[];

/**
 * Injects the caller of the request into a handler's parameter, or one of the caller's fields. It is what
 * `JwtStrategy.validate()` returned, and comes from the request context only: on a public route it is `undefined`,
 * whatever a session or another strategy left in `request.user`, and in a message it never comes from the payload.
 *
 * A strategy that returns a user type of its own names it as type argument, or adds its fields to {@link EntraUser}
 * by declaration merging: `declare module 'nestjs-entra' { interface EntraUser { level: string } }`.
 *
 * @template User the type that `JwtStrategy.validate()` returns; default {@link EntraUser}
 * @param fieldOrPipes the name of a field of `User`, then pipes; without a field the whole user is injected
 * @throws NoUserAssertionError when a protected handler starts after its request has ended, or outside its context
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentUser() user: EntraUser, @CurrentUser('oid') oid: string, @CurrentUser<Member>('level') level: string) {}
 * ```
 */
export const CurrentUser: <User extends object = EntraUser>(
  ...fieldOrPipes: Arguments<User>
) => ParameterDecorator = createParamDecorator((field: string | undefined, context: ExecutionContext) => {
  const user = validatedUserOf(context) as Record<string, unknown> | undefined;
  return field === undefined ? user : user?.[field];
});

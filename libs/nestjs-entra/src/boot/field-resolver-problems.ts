import { authContextsOf, requirementsOf } from '../authorization/requirements-of.js';
import { ScopesGuard } from '../authorization/scopes.guard.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { routeOpening } from '../caller/route-opening.js';
import { routeScopes } from '../downstream/route-scopes.js';
import type { FieldResolver } from './field-resolvers.js';

const GUARDS_METADATA = '__guards__';

/**
 * Requirements of field resolvers and entity references that have no effect: Nest runs guards and interceptors for
 * queries and mutations, and for fields and references only where `fieldResolverEnhancers` of `GraphQLModule` names them.
 *
 * @param isGuarded whether every route of the application is to be guarded
 */
export function fieldResolverProblems(field: FieldResolver, isGuarded: boolean): string[] {
  const { name, controller, handler, isReference, enhancers } = field;
  const kind = isReference ? 'an entity reference' : 'a field';
  const problems: string[] = [];
  if (!enhancers.includes('guards')) {
    const requirement = requirementOf(field);
    if (requirement !== undefined) {
      problems.push(
        `${name} resolves ${kind} and has ${requirement} without effect, because GraphQL runs no guards there; set fieldResolverEnhancers: ['guards'] in GraphQLModule.`,
      );
    } else if (isReference && isGuarded && routeOpening(controller, handler) === false) {
      problems.push(
        `${name} resolves an entity reference, for which GraphQL runs no guards, so _entities gives it to everybody; set fieldResolverEnhancers: ['guards'] in GraphQLModule, or open it with @Public().`,
      );
    }
  }
  if (!enhancers.includes('interceptors') && isPrefetched(controller, handler)) {
    problems.push(
      `${name} resolves ${kind} and has @DownstreamScopes without effect, because GraphQL runs no interceptors there; set fieldResolverEnhancers: ['guards', 'interceptors'] in GraphQLModule.`,
    );
  }
  return problems;
}

/**
 * The decorators that would reject callers if guards ran. A guard on a class does its work on the queries of the class, which
 * lead to its fields; nothing but the server itself leads to a reference.
 */
function requirementOf({ controller, handler, isReference }: FieldResolver): string | undefined {
  const names = [
    ...requirementsOf(controller, handler).flatMap(({ scopes, roles }) => [...scopes, ...roles]),
    ...authContextsOf(controller, handler),
  ];
  if (names.length > 0) return `the requirement ${names.join(', ')}`;
  if (routeOpening(controller, handler) === true) return undefined;
  const targets = isReference ? [handler, controller] : [handler];
  return targets.flatMap(guardsOf).some(isOurs) ? '@UseGuards()' : undefined;
}

/** Tokens that are acquired on demand need no interceptor. */
function isPrefetched(controller: object, handler: object): boolean {
  return routeScopes(controller, handler).some(({ prefetch }) => prefetch !== 'onDemand');
}

function guardsOf(target: object): readonly unknown[] {
  return (Reflect.getMetadata(GUARDS_METADATA, target) as readonly unknown[] | undefined) ?? [];
}

function isOurs(guard: unknown): boolean {
  const prototype: unknown = typeof guard === 'function' ? guard.prototype : guard;
  return [JwtAuthGuard, ScopesGuard].some((ours) => prototype instanceof ours || guard === ours);
}

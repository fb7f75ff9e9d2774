import { AUTH_CONTEXTS_METADATA, PUBLIC_METADATA, REQUIREMENTS_METADATA } from '../auth.constants.js';
import { ownDecorations, type Decoration } from '../caller/decorations.js';
import { handlerOpening, routeOpening } from '../caller/route-opening.js';
import type { ApplicationClass } from './application-classes.js';
import { servesRequests } from './serving-methods.js';

const REMEDY =
  'put it on the handler of a controller, resolver or gateway, or check the caller in the code of the method';

/**
 * Decorators that were applied and have no effect: what was recorded where they stand is compared with the methods that
 * serve requests. One sentence per decorator.
 */
export function decorationProblems(classes: readonly ApplicationClass[]): string[] {
  const controllers = classes.filter(({ isController }) => isController);
  // A base class is found once for each of its subclasses.
  return [...new Set(classes.flatMap((application) => problemsOf(application, controllers)))];
}

function problemsOf(application: ApplicationClass, controllers: readonly ApplicationClass[]): string[] {
  const { type } = application;
  return [
    ...ownDecorations(type).flatMap((decoration) => classProblems(decoration, application)),
    ...prototypesOf(type).flatMap((prototype) => [
      ...ownDecorations(classOf(prototype) ?? type).flatMap((decoration) =>
        replacedProblems(decoration, type),
      ),
      ...ownDecorations(prototype).flatMap((decoration) =>
        methodProblems(decoration, prototype, application, controllers),
      ),
    ]),
  ];
}

function classOf(prototype: object): object | undefined {
  const type: unknown = prototype.constructor;
  return typeof type === 'function' ? type : undefined;
}

/** Decorators of a class, or of a base class, that another class was put in the place of. */
function replacedProblems(decoration: Decoration, type: ApplicationClass['type']): string[] {
  const { decorator, key, metadata } = decoration;
  return key === undefined && metadata !== PUBLIC_METADATA && !isOn(type, decoration)
    ? [
        `${type.name} has ${decorator} without effect, because another decorator replaced the class and dropped its metadata; move ${nameOf(decorator)} above that decorator, or make that decorator copy the metadata to the new class.`,
      ]
    : [];
}

/** Decorators of a class, and of its static methods. */
function classProblems({ decorator, key, metadata }: Decoration, application: ApplicationClass): string[] {
  const { type, isController } = application;
  if (key !== undefined) {
    return [
      `${type.name}.${String(key)} has ${decorator} and is static, so it serves no requests; ${REMEDY}.`,
    ];
  }
  // A controller without routes is unfinished rather than wrong, and an opening that opens nothing does no harm.
  if (isController || metadata === PUBLIC_METADATA || hasServingMethod(application)) return [];
  return [`${type.name} has ${decorator}, and none of its methods serves requests; ${REMEDY}.`];
}

function methodProblems(
  decoration: Decoration,
  prototype: object,
  { type, isController }: ApplicationClass,
  controllers: readonly ApplicationClass[],
): string[] {
  const { decorator, key } = decoration;
  if (key === undefined) return [];
  const owner = prototype.constructor.name;
  const declared: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
  if (typeof declared !== 'function' || !isOn(declared, decoration)) {
    return [
      `${owner}.${String(key)} has ${decorator} without effect, because another decorator replaced the method and dropped its metadata; move ${nameOf(decorator)} above that decorator, or make that decorator copy the metadata to the new function.`,
    ];
  }
  const serving: unknown = Reflect.get(type.prototype as object, key);
  if (serving === declared) {
    return decoration.metadata === PUBLIC_METADATA ||
      servesRequests(declared, isController) ||
      controllers.some((controller) => isRouteOf(controller, key, declared))
      ? []
      : [`${owner}.${String(key)} has ${decorator} and serves no requests; ${REMEDY}.`];
  }
  const isLost =
    typeof serving === 'function' &&
    servesRequests(serving, isController) &&
    restricts(decoration, type, serving) &&
    !Reflect.hasMetadata(decoration.metadata, serving);
  return isLost
    ? [
        `${type.name}.${String(key)} overrides ${owner}.${String(key)} without its ${decorator}; repeat the decorator on the method that overrides.`,
      ]
    : [];
}

/** Whether a controller serves a method, such as one of a base class that a service extends as well. */
function isRouteOf({ type }: ApplicationClass, key: string | symbol, method: object): boolean {
  return Reflect.get(type.prototype as object, key) === method && servesRequests(method, true);
}

/** Whether the metadata of a decorator is on a function or class. */
function isOn(method: object, { metadata, value }: Decoration): boolean {
  const present: unknown = Reflect.getMetadata(metadata, method);
  return Array.isArray(present) ? present.includes(value) : present !== undefined;
}

/** Whether a decorator keeps callers out: losing another one opens nothing. An override may say that it is open. */
function restricts({ metadata, value }: Decoration, type: object, serving: object): boolean {
  if ((handlerOpening(serving) ?? false) !== false) return false;
  if (metadata === PUBLIC_METADATA) return value === false && routeOpening(type, serving) !== false;
  return metadata === REQUIREMENTS_METADATA || metadata === AUTH_CONTEXTS_METADATA;
}

function hasServingMethod({ type, isController }: ApplicationClass): boolean {
  return prototypesOf(type).some((prototype) =>
    Object.getOwnPropertyNames(prototype).some((key) => {
      const method: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
      return key !== 'constructor' && typeof method === 'function' && servesRequests(method, isController);
    }),
  );
}

/** The prototype of a class and those of its base classes. */
function prototypesOf(type: ApplicationClass['type']): object[] {
  const prototypes: object[] = [];
  let prototype: unknown = type.prototype;
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    prototypes.push(prototype);
    prototype = Object.getPrototypeOf(prototype);
  }
  return prototypes;
}

/** `@RequiredScopes` of `@RequiredScopes(orders.read)`. */
function nameOf(decorator: string): string {
  return decorator.slice(0, decorator.indexOf('('));
}
